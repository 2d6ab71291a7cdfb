package dev.tideline.edge.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
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
                "the body is larger than any may be here",
                "at most %d bytes".formatted(bytesMax)));
      }
      return ByteString.copyFrom(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Judged by what it is and not by its declared type, which many clients get wrong. */
  static long delta(ServerRequest request) {
    var body = object(read(request, ACTION_BYTES_MAX), DELTA_FORM);
    var delta = body.path("delta");
    if (body.size() != 1 || !delta.isIntegralNumber() || !delta.canConvertToLong()) {
      throw malformed("the body is " + body, DELTA_FORM);
    }
    return delta.longValue();
  }

  /**
   * One JSON object.
   *
   * @param form what is allowed, for the refusal of what is none
   */
  static JsonNode object(ByteString body, String form) {
    try {
      var parsed = JSON.readTree(body.toByteArray());
      if (parsed == null || !parsed.isObject()) {
        throw malformed("the body is not a JSON object", form);
      }
      return parsed;
    } catch (IOException e) {
      // Of bytes that are here already: it is not JSON, or in no encoding that JSON may have.
      throw new RefusedException(new Refusal(ErrorCode.NOT_JSON, "the body is not JSON", form));
    }
  }

  private static RefusedException malformed(String detail, String form) {
    return new RefusedException(new Refusal(ErrorCode.MALFORMED, detail, form));
  }
}
