package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.await;

import dev.tideline.client.EdgeClient;
import dev.tideline.client.WatchClient;
import dev.tideline.client.WatchClient.End;
import dev.tideline.edge.EdgeNode;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchAnswer.AnswerCase;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WatchedValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody who watches players with a prefix, and folds what he is told. */
final class FollowedKeys implements AutoCloseable, WatchClient.Listener {

  private final EdgeClient client;
  private final Thread thread;
  private final List<WatchAnswer> answers = new CopyOnWriteArrayList<>();
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private volatile End end = new End.Stopped();

  FollowedKeys(EdgeNode edge, String prefix) {
    client = new EdgeClient(edge.httpAddress(), Duration.ofSeconds(5));
    var request = WatchRequest.newBuilder().addNamespaces("players").setPrefix(prefix).build();
    thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> end = new WatchClient(client).follow(request, this));
  }

  @Override
  public boolean hear(WatchAnswer answer) {
    answers.add(answer);
    return true;
  }

  @Override
  public void lost(String why) {
    lost.add(why);
  }

  List<AnswerCase> kinds() {
    return answers.stream().map(WatchAnswer::getAnswerCase).toList();
  }

  List<String> lost() {
    return lost;
  }

  Map<String, String> keys() {
    var keys = new TreeMap<String, String>();
    for (var answer : answers) {
      if (answer.hasStartOver()) {
        keys.clear();
      }
      answer.getState().getValuesList().forEach(told -> take(told, keys));
      answer.getEvent().getValuesList().forEach(told -> take(told, keys));
    }
    return keys;
  }

  private static void take(WatchedValue told, Map<String, String> keys) {
    if (told.getValue().getContentCase() == Value.ContentCase.BYTES) {
      keys.put(told.getKey().getKey(), told.getValue().getBytes().toStringUtf8());
    } else {
      keys.remove(told.getKey().getKey());
    }
  }

  End end() {
    return end;
  }

  /** Waits until the edge refuses; why. */
  String refusal() {
    await(() -> end instanceof End.Refused);
    return ((End.Refused) end).problem().code();
  }

  @Override
  public void close() {
    thread.interrupt();
    await(() -> !thread.isAlive());
    client.close();
  }
}
