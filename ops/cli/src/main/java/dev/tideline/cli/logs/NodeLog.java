package dev.tideline.cli.logs;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.nio.file.Path;

/**
 * One log of a node.
 *
 * @param name as in messages
 * @param path its directory
 * @param parser of its records
 * @param rules what holds between them; for one reading
 */
record NodeLog(String name, Path path, Parser<? extends Message> parser, LogRules rules) {

  /**
   * Reads a record.
   *
   * @throws InvalidProtocolBufferException if it is none of this log's
   */
  Message parse(ByteString content) throws InvalidProtocolBufferException {
    return parser.parseFrom(content);
  }
}
