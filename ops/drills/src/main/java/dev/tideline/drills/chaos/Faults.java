package dev.tideline.drills.chaos;

/** What each kind of fault does. */
final class Faults {

  private final ProcessFaults processes;
  private final LinkFaults links;
  private final ClockFaults clocks;
  private final DirectoryFaults directories;
  private final JournalFaults journals;
  private final FullDisk disk;
  private final SlowReader reader;

  Faults(Field field) {
    processes = new ProcessFaults(field);
    links = new LinkFaults(field);
    clocks = new ClockFaults(field);
    directories = new DirectoryFaults(field);
    journals = new JournalFaults(field);
    disk = new FullDisk(field);
    reader = new SlowReader(field);
  }

  Fault of(ChaosFault kind) {
    return switch (kind) {
      case KILL_EDGE -> processes::killEdge;
      case KILL_HUB -> processes::killHub;
      case STOP_EDGE -> processes::stopEdge;
      case STOP_HUB -> processes::stopHub;
      case CLOCK_JUMP -> clocks::jump;
      case DISK_FULL -> disk::fill;
      case EDGE_WIPED -> directories::wipe;
      case EDGE_CLONED -> directories::runTwice;
      case EDGE_SET_BACK -> directories::setBack;
      case HUB_SET_BACK -> directories::setHubBack;
      case JOURNAL_TAIL -> journals::tail;
      case JOURNAL_MIDDLE -> journals::middle;
      case SLOW_READER -> reader::dawdle;
      case LINK_CUT -> links::cut;
      case LINK_STALLED -> links::stall;
      case LINK_ONE_WAY -> links::oneWay;
      case LINK_DELAYED -> links::delay;
      case LINK_SLOW -> links::slow;
    };
  }
}
