package dev.tideline.drills.sim.model;

/** What must hold, whatever fails; the first thirteen in the order of the design. */
public enum Invariant {
  CONVERGENCE("every edge's base is what the hub had decided at its cursor"),
  NOTHING_LOST("what was acknowledged is kept as long as the acknowledgement says"),
  EXACTLY_ONCE("every mutation and every idempotency key is decided and counted once"),
  SESSIONS("a client that roams reads what it has read and written, or is told"),
  REVISIONS("revisions are dense, never told before they are durable, never given twice"),
  VIEW("a view is what is pending folded onto the base"),
  CAUSALITY("who saw a version replaces it, who did not competes with it"),
  FRESHNESS("what is served is as fresh as it says"),
  ONE_VERDICT("every mutation gets one verdict, in its order, its watermark with it"),
  SNAPSHOT("a snapshot or checkpoint with the rest of the log is the whole log"),
  BOUNDS("queues and memory stay bounded"),
  INTEREST("nothing reaches an edge that it does not want"),
  ATOMICITY("nobody sees half a mutation"),
  LIVENESS("once faults end, every queue runs empty and all become equal"),
  NO_DEFECT("no node fails in a way that no fault explains");

  private final String meaning;

  Invariant(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }

  /** By which the design and the reports call it. */
  public int number() {
    return ordinal() + 1;
  }

  /** Number and name. */
  public String title() {
    return "%2d %s".formatted(number(), name());
  }
}
