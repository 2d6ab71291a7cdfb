package dev.tideline.edge.uplink;

import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.runtime.Machine;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.EdgeHeartbeat;

/** Tells the hub how far the edge is and what it has to send. Safe for threads. */
final class Heartbeats {

  private final ReplicaDriver replica;
  private final Journal journal;
  private final Freshness freshness;
  private final Machine machine;
  private final Downlink downlink;
  private long number;

  Heartbeats(UplinkDriver.Parts parts, Downlink downlink) {
    replica = parts.replica();
    journal = parts.journal();
    freshness = parts.freshness();
    machine = parts.machine();
    this.downlink = downlink;
  }

  synchronized void send(HubStream to) {
    number++;
    long wallMs = machine.clock().millis();
    var backlog = replica.backlog();
    freshness.heartbeat(number, wallMs, machine.monotonicNs().getAsLong());
    to.send(Downlink.applied(replica.progress()));
    var heartbeat =
        EdgeHeartbeat.newBuilder()
            .setNumber(number)
            .setClockMs(wallMs)
            .setHubClockMs(downlink.hubClockMs())
            .setJournalDepth(backlog.count())
            .setOldestUndecidedMs(
                backlog.count() == 0 ? 0 : Math.max(0, wallMs - backlog.oldestMs()))
            .setDiskFreeBytes(journal.freeBytes());
    to.send(EdgeFrame.newBuilder().setHeartbeat(heartbeat).build());
  }
}
