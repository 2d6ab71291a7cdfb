package dev.tideline.cli.dev;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigEdge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Takes the orders of {@code cut} and {@code heal}: {@code POST /cut/a} on loopback. */
final class DevControl implements AutoCloseable {

  static final String SECRET_HEADER = "Tideline-Secret";
  private static final int SECRET_BYTES = 16;

  private final Rig rig;
  private final Consumer<String> told;
  private final String secret;
  private final HttpServer server;

  DevControl(Rig rig, Consumer<String> told) throws IOException {
    this.rig = rig;
    this.told = told;
    var random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    secret = HexFormat.of().formatHex(random);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String secret() {
    return secret;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean allowed =
          exchange.getRequestMethod().equals("POST")
              && secret.equals(exchange.getRequestHeaders().getFirst(SECRET_HEADER));
      var path = exchange.getRequestURI().getPath().split("/", -1);
      if (!allowed || path.length != 3) {
        answer(exchange, 403, "this port is for 'tideline cut' and 'tideline heal'");
        return;
      }
      var edge = rig.edges().stream().filter(each -> each.id().equals(path[2])).findFirst();
      if (edge.isEmpty()) {
        answer(exchange, 404, "there is no edge '%s': there are %s".formatted(path[2], ids()));
      } else {
        order(path[1], edge.get());
        answer(exchange, 200, "");
      }
    }
  }

  private void order(String order, RigEdge edge) {
    if (order.equals("cut")) {
      edge.link().cut();
      told.accept("edge %s has lost its link to the hub".formatted(edge.id()));
    } else {
      edge.link().heal();
      told.accept("edge %s has its link back".formatted(edge.id()));
    }
  }

  private String ids() {
    return rig.edges().stream().map(RigEdge::id).collect(Collectors.joining(", "));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
