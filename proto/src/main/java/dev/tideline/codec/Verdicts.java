package dev.tideline.codec;

import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;

/** Verdicts and reasons as Protobuf enums, by name. */
public final class Verdicts {

  private Verdicts() {}

  public static dev.tideline.wire.v1.Verdict encode(Verdict verdict) {
    return dev.tideline.wire.v1.Verdict.valueOf(verdict.name());
  }

  public static Verdict decode(dev.tideline.wire.v1.Verdict verdict) {
    return switch (verdict) {
      case APPLIED -> Verdict.APPLIED;
      case MERGED -> Verdict.MERGED;
      case SUPERSEDED -> Verdict.SUPERSEDED;
      case REJECTED -> Verdict.REJECTED;
      case DUPLICATE -> Verdict.DUPLICATE;
      case QUARANTINED -> Verdict.QUARANTINED;
      default -> throw new InvalidInputException("verdict %s is not known here".formatted(verdict));
    };
  }

  public static dev.tideline.wire.v1.Reason encode(Reason reason) {
    return reason == Reason.NONE
        ? dev.tideline.wire.v1.Reason.REASON_UNSPECIFIED
        : dev.tideline.wire.v1.Reason.valueOf(reason.name());
  }

  public static Reason decode(dev.tideline.wire.v1.Reason reason) {
    return switch (reason) {
      case REASON_UNSPECIFIED -> Reason.NONE;
      case UNRECOGNIZED -> throw new InvalidInputException("a reason is not known here");
      default -> Reason.valueOf(reason.name());
    };
  }
}
