package dev.tideline.cli.dev;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.rig.NodeProcess;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import dev.tideline.rig.RigEdge;
import dev.tideline.rig.RigPorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A hub and two edges that stay up. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    header = "Run a hub and the edges a and b on this machine, until Ctrl-C.",
    description = {
      "For trying things out and for developing against. The processes listen on loopback, on the"
          + " ports that every command takes by default; their data are kept for the next time, in"
          + " ~/.local/state/tideline/dev. 'tideline cut a' takes edge a's link to the hub away,"
          + " 'tideline heal a' gives it back."
    },
    footer = {"", "Example: tideline dev"})
public final class DevCommand implements Callable<Integer> {
  private static final List<String> EDGES = List.of("a", "b");
  private static final long LOOK_EACH_MS = 500;

  /** A laptop has other things to do; the defaults are for machines of their own. */
  private static final List<String> JVM_FLAGS = List.of("-Xmx512m", "-XX:+UseSerialGC");

  private static final List<String> NODE_SETTINGS = List.of("log.generation-bytes=" + (64L << 20));

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    var directory = Files.createDirectories(DevRecord.directory());
    try (var file =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = file.tryLock()) {
      if (lock == null) {
        var who = DevRecord.find(directory).map(other -> ", process " + other.pid()).orElse("");
        return Failures.failed(
            spec.commandLine(),
            "one is running already%s: use it, or stop it with Ctrl-C in its terminal"
                .formatted(who));
      }
      return run(directory);
    }
  }

  private int run(Path directory) throws IOException, InterruptedException {
    var config = new RigConfig(directory, EDGES, JVM_FLAGS, NODE_SETTINGS, RigPorts.USUAL);
    try (var rig = Rig.create(config)) {
      rig.endGently();
      say("Starting a hub and the edges %s …".formatted(String.join(" and ", EDGES)));
      try {
        rig.start();
      } catch (IllegalStateException e) {
        return Failures.failed(spec.commandLine(), String.valueOf(e.getMessage()));
      }
      try (var control = new DevControl(rig, this::event)) {
        record(rig, control).write(directory);
        greet(rig);
        watch(rig);
      } finally {
        DevRecord.remove(directory);
      }
    }
    return ExitStatus.FAILED;
  }

  private static DevRecord record(Rig rig, DevControl control) {
    var edges = new TreeMap<String, String>();
    rig.edges().forEach(edge -> edges.put(edge.id(), edge.url()));
    return new DevRecord(
        ProcessHandle.current().pid(),
        control.port(),
        control.secret(),
        rig.hub().adminUrl(),
        edges);
  }

  private void greet(Rig rig) {
    say("");
    say(
        "  hub     admin  %s   gRPC  127.0.0.1:%d"
            .formatted(rig.hub().adminUrl(), rig.hub().grpcPort()));
    for (var edge : rig.edges()) {
      say("  edge %s  HTTP   %s".formatted(edge.id(), edge.url()));
    }
    say("  data    %s".formatted(rig.directory()));
    say("");
    say("In another terminal:");
    say("  tideline put players z1/ann 'at the gate'");
    say("  tideline get players z1/ann --edge %s".formatted(rig.edges().getLast().url()));
    say("  tideline cut a          # and: tideline heal a");
    say("  tideline status");
    say("");
    say("Ctrl-C stops everything; the data stay.");
  }

  /** Stays until everything has ended; in the usual case Ctrl-C comes first. */
  private void watch(Rig rig) throws InterruptedException {
    var ended = new HashSet<NodeProcess>();
    var all =
        Stream.concat(Stream.of(rig.hub().process()), rig.edges().stream().map(RigEdge::process))
            .toList();
    while (ended.size() < all.size()) {
      for (var process : all) {
        if (!process.isAlive() && ended.add(process)) {
          event("%s has ended; what it said is in %s".formatted(process.name(), process.output()));
        }
      }
      Thread.sleep(LOOK_EACH_MS);
    }
  }

  private void event(String text) {
    say(
        "%s  %s"
            .formatted(
                LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS), text));
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
