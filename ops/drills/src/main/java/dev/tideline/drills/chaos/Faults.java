package dev.tideline.drills.chaos;

/** What each kind of fault does. */
final class Faults {

  private final ProcessFaults processes;
  private final LinkFaults links;

  Faults(Field field) {
    processes = new ProcessFaults(field);
    links = new LinkFaults(field);
  }

  Fault of(ChaosFault kind) {
    return switch (kind) {
      case KILL_EDGE -> processes::killEdge;
      case KILL_HUB -> processes::killHub;
      case STOP_EDGE -> processes::stopEdge;
      case STOP_HUB -> processes::stopHub;
      case LINK_CUT -> links::cut;
      case LINK_STALLED -> links::stall;
      case LINK_ONE_WAY -> links::oneWay;
      case LINK_DELAYED -> links::delay;
      case LINK_SLOW -> links::slow;
    };
  }
}
