package dev.tideline.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Refusals;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What edge and hub answer alike over HTTP. */
public final class HttpAnswers {

  private static final HeaderName AS_OF = HeaderNames.create("Tideline-As-Of-Revision");
  private static final String JSON = "application/json";

  /** Seconds after which a refusal for want of room or hub is worth another try. */
  private static final String RETRY_AFTER_S = "1";

  private final Refusals refusals;

  /** Answers that count what they refuse. */
  public HttpAnswers(Refusals refusals) {
    this.refusals = refusals;
  }

  /** Answers with a problem document. */
  public void refuse(ServerResponse response, Refusal refusal) {
    refusals.count(refusal.code());
    if (refusal.code().httpStatus() == 503) {
      response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_S);
    }
    response.status(refusal.code().httpStatus());
    response.header(HeaderNames.CONTENT_TYPE, Refusal.PROBLEM_TYPE);
    response.send(refusal.toProblem().getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a problem document what the server itself refuses: it is not even HTTP. */
  DirectHandler.TransportResponse refuseRaw(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType event,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    var code =
        switch (event) {
          case PAYLOAD_TOO_LARGE -> ErrorCode.TOO_LARGE;
          case INTERNAL_ERROR -> ErrorCode.INTERNAL;
          default -> ErrorCode.MALFORMED;
        };
    refusals.count(code);
    var refusal =
        new Refusal(
            code,
            Objects.requireNonNullElse(message, "the request is not well formed"),
            "HTTP/1.1, with path and query percent-encoded");
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(code.httpStatus()))
        .headers(headers)
        .header(HeaderNames.CONTENT_TYPE, Refusal.PROBLEM_TYPE)
        .keepAlive(false)
        .entity(refusal.toProblem().getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /** Answers with JSON, one line. */
  public static void json(ServerResponse response, int status, JsonNode body) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, JSON);
    response.send((body + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a node's metrics. */
  public static void metrics(ServerResponse response, Metrics metrics) {
    response.header(HeaderNames.CONTENT_TYPE, Metrics.CONTENT_TYPE);
    response.send(metrics.text().getBytes(StandardCharsets.UTF_8));
  }

  /** Answers a question after a process's health. */
  public static void health(ServerResponse response, boolean up) {
    var body = JsonNodeFactory.instance.objectNode().put("status", up ? "UP" : "DOWN");
    json(response, up ? 200 : 503, body);
  }

  /** Refuses every method but GET; true if it is that. */
  public boolean isGet(String method, ServerResponse response) {
    return isMethod("GET", method, response);
  }

  /** Refuses every method but the one allowed; true if it is that. */
  public boolean isMethod(String allowed, String method, ServerResponse response) {
    if (method.equals(allowed)) {
      return true;
    }
    response.header(HeaderNames.ALLOW, allowed);
    refuse(
        response,
        new Refusal(
            ErrorCode.OPERATION_NOT_ALLOWED, "%s is not for this path".formatted(method), allowed));
    return false;
  }

  /** Answers with what a key holds. */
  public void state(QualifiedKey key, State state, long asOfRevision, ServerResponse response) {
    response.header(AS_OF, Long.toString(asOfRevision));
    switch (state) {
      case State.Register register when !state.dead() -> {
        response.header(HeaderNames.CONTENT_TYPE, register.version().contentType());
        response.send(register.version().value().toByteArray());
      }
      case State.Counter counter -> {
        response.header(HeaderNames.CONTENT_TYPE, JSON);
        response.send(Long.toString(counter.sum()).getBytes(StandardCharsets.US_ASCII));
      }
      default ->
          refuse(
              response,
              new Refusal(
                  ErrorCode.KEY_UNKNOWN,
                  "'%s' was never written, or is deleted".formatted(key),
                  "write it first"));
    }
  }
}
