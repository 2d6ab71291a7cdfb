package dev.tideline.cli.logs;

import com.google.protobuf.Message;
import java.util.Optional;

/** What holds between the records of a log, checked as they go by. */
interface LogRules {

  /** Takes the next record; what is wrong with it, if anything. */
  Optional<String> accept(Message record);

  /** What was counted, for one line. */
  String counted();
}
