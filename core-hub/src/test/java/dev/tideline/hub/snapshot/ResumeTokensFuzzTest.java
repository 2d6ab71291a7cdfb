package dev.tideline.hub.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.tideline.codec.Ids;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.SnapshotToken;
import java.util.List;

/** A token of anybody's making begins a snapshot anew, or goes on within the table there is. */
class ResumeTokensFuzzTest {

  private static final int SEGMENTS = 16;
  private static final ResumeTokens.Place HERE = new ResumeTokens.Place(7, 8, 9);

  @FuzzTest(maxDuration = "5m")
  void aTokenFitsOrIsNone(FuzzedDataProvider data) {
    var whole = ResumeTokens.encode(HERE, 3, List.of(new Position(7, 5)));
    var bytes = ByteString.copyFrom(data.consumeRemainingAsBytes());
    check(bytes);
    // What a token holds, with what is made up merged over it.
    check(whole.concat(bytes));
  }

  private static void check(ByteString bytes) {
    ResumeTokens.decode(bytes, HERE, 1, SEGMENTS).ifPresent(ResumeTokensFuzzTest::fits);
  }

  private static void fits(SnapshotToken token) {
    assertThat(token.getSegment()).isBetween(0, SEGMENTS);
    assertThat(token.getStartsList()).hasSize(1);
    assertThat(Ids.decode(token.getStarts(0)).revision()).isNotNegative();
  }
}
