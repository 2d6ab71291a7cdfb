package dev.tideline.drills.sim.model;

/** What must hold, whatever fails; the first thirteen in the order of the design. */
public enum Invariant {
  CONVERGENCE(1, "every edge's base is what the hub had decided at its cursor"),
  NOTHING_LOST(2, "what was acknowledged is kept as long as the acknowledgement says"),
  EXACTLY_ONCE(3, "every mutation and every idempotency key is decided and counted once"),
  SESSIONS(4, "a client that roams reads what it has read and written, or is told"),
  REVISIONS(5, "revisions are dense, never told before they are durable, never given twice"),
  VIEW(6, "a view is what is pending folded onto the base"),
  CAUSALITY(7, "who saw a version replaces it, who did not competes with it"),
  FRESHNESS(8, "what is served is as fresh as it says"),
  ONE_VERDICT(9, "every mutation gets one verdict, in its order, its watermark with it"),
  SNAPSHOT(10, "a snapshot or checkpoint with the rest of the log is the whole log"),
  BOUNDS(11, "queues and memory stay bounded"),
  INTEREST(12, "nothing reaches an edge that it does not want"),
  ATOMICITY(13, "nobody sees half a mutation"),
  LIVENESS(14, "once faults end, every queue runs empty and all become equal"),
  NO_DEFECT(15, "no node fails in a way that no fault explains");

  private final int number;
  private final String meaning;

  Invariant(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }

  /** By which the design and the reports call it. */
  public int number() {
    return number;
  }

  /** Number and name. */
  public String title() {
    return "%2d %s".formatted(number(), name());
  }
}
