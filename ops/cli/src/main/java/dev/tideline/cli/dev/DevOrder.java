package dev.tideline.cli.dev;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;

/** An order for the installation of {@code dev} that runs on this machine. */
final class DevOrder {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private DevOrder() {}

  /** Has it carried out; the exit status of the command. */
  static int give(CommandLine command, String order, String edge, String done)
      throws IOException, InterruptedException {
    var running = DevRecord.find();
    if (running.isEmpty()) {
      return Failures.unreachable(
          command, "no installation of 'tideline dev' runs here: start one in another terminal");
    }
    var name = URLEncoder.encode(edge, StandardCharsets.UTF_8);
    var uri = "http://127.0.0.1:%d/%s/%s".formatted(running.get().control(), order, name);
    var request =
        HttpRequest.newBuilder(URI.create(uri))
            .header(DevControl.SECRET_HEADER, running.get().secret())
            .timeout(TIMEOUT)
            .POST(BodyPublishers.noBody())
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        return Failures.failed(command, answer.body());
      }
    } catch (IOException e) {
      return Failures.unreachable(
          command, "'tideline dev', process %d, does not answer".formatted(running.get().pid()));
    }
    command.getOut().println(done.formatted(edge));
    return ExitStatus.DONE;
  }
}
