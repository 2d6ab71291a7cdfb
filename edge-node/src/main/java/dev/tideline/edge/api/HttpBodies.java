package dev.tideline.edge.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Bodies of requests, bounded before they are read. */
final class HttpBodies {

  /** An action is a short JSON object. */
  private static final int ACTION_BYTES_MAX = 4 * 1024;

  private static final String DELTA_FORM = "{\"delta\":5}, a whole number of 64 bits";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private HttpBodies() {}

  static ByteString read(ServerRequest request, int bytesMax) {
    if (!request.content().hasEntity()) {
      return ByteString.EMPTY;
    }
    try (var in = request.content().inputStream()) {
      var bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new RefusedException(
            new Refusal(
                ErrorCode.TOO_LARGE,
                "the body is larger than any value may be",
                "at most %d bytes".formatted(bytesMax)));
      }
      return ByteString.copyFrom(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long delta(ServerRequest request) {
    var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (!type.isEmpty() && !type.startsWith(HttpAnswers.JSON)) {
      throw new RefusedException(
          new Refusal(ErrorCode.NOT_JSON, "the body is '%s'".formatted(type), HttpAnswers.JSON));
    }
    var body = parse(read(request, ACTION_BYTES_MAX));
    var delta = body.path("delta");
    if (body.size() != 1 || !delta.isIntegralNumber() || !delta.canConvertToLong()) {
      throw malformed("the body is " + body);
    }
    return delta.longValue();
  }

  private static JsonNode parse(ByteString body) {
    try {
      var parsed = JSON.readTree(body.toByteArray());
      if (parsed == null || !parsed.isObject()) {
        throw malformed("the body is not a JSON object");
      }
      return parsed;
    } catch (JsonProcessingException e) {
      throw new RefusedException(
          new Refusal(ErrorCode.NOT_JSON, "the body is not JSON", DELTA_FORM));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RefusedException malformed(String detail) {
    return new RefusedException(new Refusal(ErrorCode.MALFORMED, detail, DELTA_FORM));
  }
}
