package dev.tideline.drills.sim.load;

import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.VersionToken;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** What clients keep of what they did: tokens of reads, and requests that they may repeat. */
final class Memory {

  private static final int KEPT_MAX = 40;

  private final ArrayDeque<Token> tokens = new ArrayDeque<>();
  private final ArrayDeque<WriteRequest> keyed = new ArrayDeque<>();

  /**
   * What a read handed out.
   *
   * @param seen what its reader truly saw then
   */
  record Token(QualifiedKey key, VersionToken token, Seen seen) {}

  /** The hub was set back: what the tokens saw may be gone. */
  void forgetTokens() {
    tokens.clear();
  }

  void keep(Token token) {
    keep(tokens, token);
  }

  void keep(WriteRequest request) {
    keep(keyed, request);
  }

  private static <T> void keep(ArrayDeque<T> all, T one) {
    all.addLast(one);
    if (all.size() > KEPT_MAX) {
      all.removeFirst();
    }
  }

  Optional<Token> token(Dice dice) {
    return tokens.isEmpty() ? Optional.empty() : Optional.of(dice.oneOf(List.copyOf(tokens)));
  }

  Optional<WriteRequest> keyed(Dice dice) {
    return keyed.isEmpty() ? Optional.empty() : Optional.of(dice.oneOf(List.copyOf(keyed)));
  }
}
