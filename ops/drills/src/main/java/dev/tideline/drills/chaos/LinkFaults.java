package dev.tideline.drills.chaos;

import dev.tideline.rig.LinkProxy;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/** Links that are lost, or worse than they should be. */
final class LinkFaults {
  private static final int SPAN_MS_LEAST = 500;
  private static final int SPAN_MS_MOST = 6_000;
  private static final int DELAY_MS_MOST = 400;

  /** From a modem's to a bad mobile link's. */
  private static final int KILOBYTES_PER_SECOND_MOST = 40;

  private final Field field;

  LinkFaults(Field field) {
    this.field = field;
  }

  void cut(Random random) throws InterruptedException {
    suffer(random, "is cut", LinkProxy::cut);
  }

  void stall(Random random) throws InterruptedException {
    suffer(random, "lets nothing through and says nothing", LinkProxy::stall);
  }

  void oneWay(Random random) throws InterruptedException {
    var way = random.nextBoolean() ? LinkProxy.Way.TO_HUB : LinkProxy.Way.TO_EDGE;
    suffer(random, "lets nothing through " + way, link -> link.stall(way));
  }

  void delay(Random random) throws InterruptedException {
    long delayMs = Fault.spanMs(random, 5, DELAY_MS_MOST);
    suffer(
        random,
        "takes %d ms each way".formatted(delayMs),
        link -> link.delay(Duration.ofMillis(delayMs)));
  }

  void slow(Random random) throws InterruptedException {
    long kilobytes = Fault.spanMs(random, 2, KILOBYTES_PER_SECOND_MOST);
    suffer(
        random, "lets %d kB/s through".formatted(kilobytes), link -> link.slow(kilobytes * 1_000));
  }

  private void suffer(Random random, String what, Consumer<LinkProxy> weather)
      throws InterruptedException {
    var edge = field.anyEdge(random);
    long spanMs = Fault.spanMs(random, SPAN_MS_LEAST, SPAN_MS_MOST);
    weather.accept(edge.link());
    field.say("the link of edge %s %s, for %d ms".formatted(edge.id(), what, spanMs));
    try {
      Thread.sleep(spanMs);
    } finally {
      edge.link().heal();
    }
  }
}
