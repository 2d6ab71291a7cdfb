package dev.tideline.drills;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A collector of traces: OTLP over HTTP, in Protobuf, kept in memory. */
final class OtlpReceiver implements AutoCloseable {

  /** A span as it was received; ids in hexadecimal, no parent is empty. */
  record Span(
      String service,
      String instance,
      String name,
      String trace,
      String id,
      String parent,
      long startNs,
      long endNs,
      Map<String, String> attributes) {}

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/traces", this::receive);
    server.start();
  }

  /** What to set {@code otlp.url} to. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Everything received so far of one trace. */
  List<Span> trace(String id) {
    return spans.stream().filter(span -> span.trace().equals(id)).toList();
  }

  /** Everything received so far under one name. */
  List<Span> named(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      var body = exchange.getRequestBody();
      var request = ExportTraceServiceRequest.parseFrom(packed ? new GZIPInputStream(body) : body);
      for (var resource : request.getResourceSpansList()) {
        var node = attributes(resource.getResource().getAttributesList());
        for (var scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> spans.add(span(node, span)));
        }
      }
      var answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
    }
  }

  private static Span span(Map<String, String> node, io.opentelemetry.proto.trace.v1.Span message) {
    return new Span(
        node.getOrDefault("service.name", ""),
        node.getOrDefault("service.instance.id", ""),
        message.getName(),
        hex(message.getTraceId()),
        hex(message.getSpanId()),
        hex(message.getParentSpanId()),
        message.getStartTimeUnixNano(),
        message.getEndTimeUnixNano(),
        attributes(message.getAttributesList()));
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    Function<AnyValue, String> text =
        value -> value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, each -> text.apply(each.getValue())));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
