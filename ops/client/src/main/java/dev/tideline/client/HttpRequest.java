package dev.tideline.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request: its target is written as given, already encoded. */
record HttpRequest(String method, String target, Map<String, String> headers, Bytes body) {

  static HttpRequest get(String target) {
    return new HttpRequest("GET", target, Map.of(), Bytes.EMPTY);
  }

  static HttpRequest of(String method, String target, Bytes body, Map<String, String> headers) {
    return new HttpRequest(method, target, new LinkedHashMap<>(headers), body);
  }

  static HttpRequest of(String method, String target, Map<String, String> headers) {
    return of(method, target, Bytes.EMPTY, headers);
  }

  /** Whether sending it twice does what sending it once does. */
  boolean repeatable() {
    return method.equals("GET") || headers.containsKey("Idempotency-Key");
  }
}
