package dev.tideline.codec;

import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.LostHistory;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.IncludedSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Identities, positions and contexts as Protobuf messages. */
public final class Ids {

  private Ids() {}

  public static dev.tideline.wire.v1.MutationId encode(MutationId id) {
    return dev.tideline.wire.v1.MutationId.newBuilder()
        .setEdge(id.edge().text())
        .setIncarnation(id.incarnation())
        .setSequence(id.sequence())
        .build();
  }

  public static MutationId decode(dev.tideline.wire.v1.MutationId message) {
    return new MutationId(
        new EdgeId(message.getEdge()), message.getIncarnation(), message.getSequence());
  }

  public static dev.tideline.wire.v1.Position encode(Position position) {
    return dev.tideline.wire.v1.Position.newBuilder()
        .setTerm(position.term())
        .setRevision(position.revision())
        .build();
  }

  public static Position decode(dev.tideline.wire.v1.Position message) {
    return new Position(message.getTerm(), message.getRevision());
  }

  public static dev.tideline.wire.v1.LostHistory encode(LostHistory history) {
    var message = dev.tideline.wire.v1.LostHistory.newBuilder().setFork(encode(history.fork()));
    history.terms().forEach(term -> message.addTerms(encode(term)));
    return message.build();
  }

  public static LostHistory decode(dev.tideline.wire.v1.LostHistory message) {
    return new LostHistory(
        decode(message.getFork()), message.getTermsList().stream().map(Ids::decode).toList());
  }

  /** Included sequences, by incarnation. */
  public static List<IncludedSequence> encodeIncluded(Map<Long, Long> included) {
    var messages = new ArrayList<IncludedSequence>(included.size());
    included.forEach(
        (incarnation, sequence) ->
            messages.add(
                IncludedSequence.newBuilder()
                    .setIncarnation(incarnation)
                    .setSequence(sequence)
                    .build()));
    return messages;
  }

  public static dev.tideline.wire.v1.Context encode(Context context) {
    var builder = dev.tideline.wire.v1.Context.newBuilder().setSeen(encode(context.seen()));
    for (var own : context.own()) {
      builder.addOwn(encode(own));
    }
    return builder.build();
  }

  public static Context decode(dev.tideline.wire.v1.Context message) {
    var own = new ArrayList<MutationId>(message.getOwnCount());
    for (var id : message.getOwnList()) {
      own.add(decode(id));
    }
    return new Context(decode(message.getSeen()), own);
  }
}
