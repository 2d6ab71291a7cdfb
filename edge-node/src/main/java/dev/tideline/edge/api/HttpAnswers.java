package dev.tideline.edge.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tideline.codec.TokenCodec;
import dev.tideline.model.DataType;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/** What all answers over HTTP have in common. */
final class HttpAnswers {

  static final String JSON = "application/json";

  /** Seconds after which a refusal for want of room or hub is worth another try. */
  private static final String RETRY_AFTER_S = "1";

  private HttpAnswers() {}

  static void refuse(ServerResponse response, Refusal refusal) {
    if (refusal.code().httpStatus() == 503) {
      response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_S);
    }
    response.status(refusal.code().httpStatus());
    response.header(HeaderNames.CONTENT_TYPE, Refusal.PROBLEM_TYPE);
    response.send(refusal.toProblem().getBytes(StandardCharsets.UTF_8));
  }

  static void json(ServerResponse response, int status, JsonNode body) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, JSON);
    response.send((body + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static void tag(ServerResponse response, VersionToken token) {
    response.header(HeaderNames.ETAG, '"' + TokenCodec.toText(TokenCodec.encode(token)) + '"');
  }

  static void onlyGet(String method, ServerResponse response, Runnable answer) {
    if (method.equals("GET")) {
      answer.run();
      return;
    }
    response.header(HeaderNames.ALLOW, "GET");
    refuse(
        response,
        new Refusal(
            ErrorCode.OPERATION_NOT_ALLOWED, "%s is not for this".formatted(method), "GET"));
  }

  /** The methods that a key of this type takes. */
  static String allow(DataType type) {
    return switch (type) {
      case REGISTER -> "GET, PUT, DELETE";
      case COUNTER -> "GET, POST";
    };
  }
}
