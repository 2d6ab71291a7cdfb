package dev.tideline.edge.watch;

import dev.tideline.edge.replica.ReplicaDriver;

/** What a watcher belongs to. */
record WatcherHome(ReplicaDriver replica, WatchDriver driver, int partition) {}
