package dev.tideline.cli.logs;

import java.nio.file.Path;
import java.util.List;

/** A kind of node, as far as its logs go. */
interface LogSource {

  /** Where such a node keeps its data, if it was not told otherwise. */
  Path usualData();

  /** The logs in its data directory. */
  List<NodeLog> logs(Path data);
}
