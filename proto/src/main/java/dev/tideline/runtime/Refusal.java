package dev.tideline.runtime;

import java.util.Locale;

/**
 * Why something was not done. Nothing was written, unless the code is {@code UNCERTAIN}.
 *
 * @param code stable
 * @param detail what is wrong, naming the offending value
 * @param allowed what is allowed, or the next step
 */
public record Refusal(ErrorCode code, String detail, String allowed) {

  /** The media type of {@link #toProblem}. */
  public static final String PROBLEM_TYPE = "application/problem+json";

  /** As a problem document (RFC 9457) in JSON. */
  public String toProblem() {
    var title = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return """
    {"type":"urn:tideline:problem:%s","title":%s,"status":%d,"code":%s,"detail":%s,"allowed":%s}
    """
        .formatted(
            code.code(),
            quoted(title),
            code.httpStatus(),
            quoted(code.code()),
            quoted(detail),
            quoted(allowed));
  }

  private static String quoted(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '"' || each == '\\') {
        json.append('\\').append(each);
      } else if (each < ' ' || Character.isSurrogate(each)) {
        json.append("\\u%04x".formatted((int) each));
      } else {
        json.append(each);
      }
    }
    return json.append('"').toString();
  }

  @Override
  public String toString() {
    return code.code() + ": " + detail + (allowed.isEmpty() ? "" : "; " + allowed);
  }
}
