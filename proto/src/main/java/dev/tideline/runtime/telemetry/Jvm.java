package dev.tideline.runtime.telemetry;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What the JVM tells of itself, under the names that dashboards know. */
final class Jvm {

  private Jvm() {}

  static void register(Metrics metrics) {
    var memory = ManagementFactory.getMemoryMXBean();
    metrics.gauge(
        "jvm_memory_used_bytes",
        "Memory in use.",
        () -> memory.getHeapMemoryUsage().getUsed(),
        "area",
        "heap");
    metrics.gauge(
        "jvm_memory_max_bytes",
        "Memory that may be used.",
        () -> memory.getHeapMemoryUsage().getMax(),
        "area",
        "heap");
    var threads = ManagementFactory.getThreadMXBean();
    metrics.gauge("jvm_threads_current", "Platform threads.", threads::getThreadCount);
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      metrics.counter(
          "jvm_gc_pauses_total",
          "Collections of garbage.",
          collector::getCollectionCount,
          "gc",
          collector.getName());
      metrics.counter(
          "jvm_gc_pause_seconds_total",
          "Time spent on collecting garbage.",
          () -> collector.getCollectionTime() / (double) TimeUnit.SECONDS.toMillis(1),
          "gc",
          collector.getName());
    }
    var runtime = ManagementFactory.getRuntimeMXBean();
    metrics.gauge(
        "process_start_time_seconds",
        "When the process began, in seconds since 1970.",
        () -> runtime.getStartTime() / (double) TimeUnit.SECONDS.toMillis(1));
  }
}
