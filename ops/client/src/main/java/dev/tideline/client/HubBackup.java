package dev.tideline.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;

/** Asks a hub for a backup: one long stream, which is not for the heap. */
public final class HubBackup implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** The hub may be taking a checkpoint, whose end it awaits. */
  private static final Duration BEGIN_TIMEOUT = Duration.ofMinutes(5);

  private final URI url;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * Of the hub whose admin port is at {@code http://HOST:PORT}.
   *
   * @throws IllegalArgumentException if {@code url} is not of this form
   */
  public HubBackup(String url) {
    try (var form = new NodeHttp(url)) {
      this.url = URI.create("http://" + form.address() + "/v1/backup");
    }
  }

  /** Begins; the stream is to be read to its end and closed. */
  public Reply<InputStream> open() throws IOException {
    var request = HttpRequest.newBuilder(url).timeout(BEGIN_TIMEOUT).build();
    try {
      var response = http.send(request, BodyHandlers.ofInputStream());
      return response.statusCode() == 200
          ? new Reply.Ok<>(response.body())
          : new Reply.Refused<>(refusal(response));
    } catch (ConnectException | java.net.http.HttpTimeoutException e) {
      var reason = e instanceof ConnectException ? "connection refused" : "no answer";
      return new Reply.Unreachable<>(url.getAuthority(), reason, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Problem refusal(java.net.http.HttpResponse<InputStream> response)
      throws IOException {
    var headers = new HashMap<String, String>();
    response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
    try (var body = response.body()) {
      return Problem.of(
          new HttpResponse(response.statusCode(), headers, Bytes.of(body.readAllBytes())));
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
