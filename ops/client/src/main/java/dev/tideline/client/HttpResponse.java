package dev.tideline.client;

import java.util.Map;
import java.util.Optional;

/** A response; header names are in lower case. */
record HttpResponse(int status, Map<String, String> headers, Bytes body) {

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The version token, without the quotes of the header. */
  Optional<String> version() {
    return header("etag").map(tag -> tag.replace("\"", ""));
  }

  /** Whether the node closes the connection after it. */
  boolean closes() {
    return header("connection").filter("close"::equalsIgnoreCase).isPresent();
  }
}
