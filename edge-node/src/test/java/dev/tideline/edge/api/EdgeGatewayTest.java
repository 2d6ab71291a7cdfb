package dev.tideline.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an acknowledgement promises, on logs of which the test sees what is durable. */
class EdgeGatewayTest {

  private static final NamespaceContract STOCK =
      new NamespaceContract("stock", DataType.COUNTER, Durability.DISK, 1024, 1);
  private static final QualifiedKey KEY = new QualifiedKey("stock", Key.of("z1/k"));
  private static final int UNDECIDED_MAX = 5;

  private final TestedGateway tested = new TestedGateway(UNDECIDED_MAX);
  private ReplicaDriver replica = tested.replica();
  private EdgeGateway gateway = tested.gateway(replica);

  @BeforeEach
  void begin() {
    replica.recover();
    replica.begin(1, "boot");
    var catalog = new Catalog(1, List.of(STOCK));
    replica.welcome(new Layout(64), Optional.of(catalog), HybridTime.ZERO);
  }

  @AfterEach
  void end() {
    tested.close();
  }

  @Test
  void aMemoryWriteIsAcknowledgedBeforeItsSyncAndADiskWriteIsNot() {
    written(add(1).withAck(Durability.MEMORY));
    assertThat(tested.journalLog.durablePosition()).isLessThan(tested.journalLog.lastPosition());
    var disk = written(add(1));
    assertThat(disk.reached()).isEqualTo(Durability.DISK);
    assertThat(tested.journalLog.durablePosition()).isEqualTo(tested.journalLog.lastPosition());
  }

  @Test
  void aRepeatedRequestIsNeverAcknowledgedBeforeTheFirstIsDurable() {
    var first = written(add(5).withKey("once").withAck(Durability.MEMORY));
    assertThat(tested.journalLog.durablePosition()).isLessThan(tested.journalLog.lastPosition());
    var again = written(add(5).withKey("once"));
    assertThat(again.receipt()).isEqualTo(first.receipt());
    assertThat(tested.journalLog.durablePosition()).isEqualTo(tested.journalLog.lastPosition());
    assertThat(sum()).isEqualTo(5);
  }

  @Test
  void aRepeatedRequestIsRecognisedAfterARestart() {
    var first = written(add(5).withKey("once"));
    replica = tested.replica();
    gateway = tested.gateway(replica);
    replica.recover();
    replica.begin(2, "boot");
    var again = written(add(5).withKey("once"));
    assertThat(again.receipt()).isEqualTo(first.receipt());
    assertThat(sum()).isEqualTo(5);
    var other = (WriteResult.Refused) gateway.write(add(6).withKey("once"));
    assertThat(other.refusal().code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED);
  }

  @Test
  void aHubWithoutPlaceForKeysTakesNoFurtherOnes() {
    var first = written(add(5).withKey("once"));
    replica.heartbeat(HybridTime.ZERO, true);

    var refused = (WriteResult.Refused) gateway.write(add(5).withKey("other"));

    assertThat(refused.refusal().code()).isEqualTo(ErrorCode.KEYS_FULL);
    assertThat(written(add(5).withKey("once")).receipt()).isEqualTo(first.receipt());
    written(add(1));
    replica.heartbeat(HybridTime.ZERO, false);
    written(add(5).withKey("other"));
    assertThat(sum()).isEqualTo(11);
  }

  @Test
  void aKeyWhoseFirstUseFoundNoRoomAtTheHubIsFreeForALaterAttempt() {
    var first = written(add(5).withKey("once"));
    decide(first.receipt(), Verdict.REJECTED, Reason.TABLE_FULL);
    var later = written(add(5).withKey("once"));
    assertThat(later.receipt()).isNotEqualTo(first.receipt());
    assertThat(sum()).isEqualTo(5);
    assertThat(written(add(5).withKey("once")).receipt()).isEqualTo(later.receipt());
  }

  @Test
  void aKeyWhoseFirstUseWasRejectedForItsContentStaysUsed() {
    var first = written(add(5).withKey("once"));
    decide(first.receipt(), Verdict.REJECTED, Reason.PRECONDITION);
    assertThat(written(add(5).withKey("once")).receipt()).isEqualTo(first.receipt());
  }

  @Test
  void aHubWriteThatIsNotDecidedInTimeSaysDisk() {
    var request =
        new WriteRequest(
            add(1).operations(),
            "",
            Optional.of(Durability.HUB),
            Duration.ofMillis(20),
            ByteString.EMPTY);
    var late = written(request);
    assertThat(late.reached()).isEqualTo(Durability.DISK);
    assertThat(late.asked()).isEqualTo(Durability.HUB);
    assertThat(late.verdict()).isEmpty();
  }

  @Test
  void aHubWriteAnswersWithTheVerdictOnceItIsIncluded() {
    var receipt = written(add(1)).receipt();
    assertThat(gateway.receipt(receipt)).isInstanceOf(ReceiptState.Pending.class);
    decide(receipt, Verdict.REJECTED);
    var decided = (ReceiptState.Decided) gateway.receipt(receipt);
    assertThat(decided.verdict().verdict()).isEqualTo(dev.tideline.model.Verdict.REJECTED);
    assertThat(decided.verdict().revision()).isEqualTo(1);
    assertThat(gateway.read(KEY))
        .isInstanceOfSatisfying(
            ReadResult.Read.class,
            read -> assertThat(read.reading().state()).isEqualTo(State.ABSENT));
  }

  @Test
  void moreThanMayWaitForTheHubIsNotAcceptedAndNothingIsWritten() {
    for (int i = 0; i < UNDECIDED_MAX; i++) {
      written(add(1));
    }
    long before = tested.journalLog.lastPosition();
    var refused = (WriteResult.Refused) gateway.write(add(1));
    assertThat(refused.refusal().code()).isEqualTo(ErrorCode.NOT_ACCEPTED);
    assertThat(tested.journalLog.lastPosition()).isEqualTo(before);
    assertThat(sum()).isEqualTo(UNDECIDED_MAX);
  }

  @Test
  void whatALostMachineLostIsNotKnownHereAndAskedOfTheHub() {
    var lost = written(add(1).withAck(Durability.MEMORY)).receipt();
    tested.journalLog = tested.journalLog.crash();
    replica = tested.replica();
    gateway = tested.gateway(replica);
    replica.recover();
    replica.begin(2, "other boot");
    assertThat(gateway.receipt(lost)).isInstanceOf(ReceiptState.Unreachable.class);
    var foreign = new Receipt(new MutationId(new EdgeId("b"), 1, 1), 3);
    assertThat(gateway.receipt(foreign)).isInstanceOf(ReceiptState.Unreachable.class);
  }

  @Test
  void aKeyWhoseChangeCannotBeAppliedIsNeitherReadNorWritten() {
    int partition = new Layout(64).partitionOf("z1");
    var unknown =
        dev.tideline.wire.v1.Change.newBuilder()
            .setNamespace("stock")
            .setKey("z1/k")
            .setRevision(1)
            .setType(dev.tideline.wire.v1.DataType.MULTI)
            .build();
    var batch =
        ChangeBatch.newBuilder()
            .setPartition(partition)
            .setTerm(9)
            .setFromRevision(1)
            .setToRevision(1)
            .addChanges(unknown.toByteString())
            .build();
    assertThat(replica.apply(batch).orElseThrow().notApplied()).hasSize(1);
    var write = (WriteResult.Refused) gateway.write(add(1));
    var read = (ReadResult.Refused) gateway.read(KEY);
    assertThat(write.refusal().code()).isEqualTo(ErrorCode.QUARANTINED);
    assertThat(read.refusal().code()).isEqualTo(ErrorCode.QUARANTINED);
  }

  private void decide(Receipt receipt, Verdict verdict) {
    decide(receipt, verdict, Reason.REASON_UNSPECIFIED);
  }

  private void decide(Receipt receipt, Verdict verdict, Reason reason) {
    long incarnation = receipt.id().incarnation();
    long sequence = receipt.id().sequence();
    var batch =
        ChangeBatch.newBuilder()
            .setPartition(receipt.partition())
            .setTerm(9)
            .setFromRevision(1)
            .setToRevision(1)
            .addVerdicts(
                OwnVerdict.newBuilder()
                    .setIncarnation(incarnation)
                    .setSequence(sequence)
                    .setRevision(1)
                    .setVerdict(verdict)
                    .setReason(reason))
            .addIncluded(
                IncludedSequence.newBuilder().setIncarnation(incarnation).setSequence(sequence))
            .build();
    assertThat(replica.apply(batch)).isPresent();
  }

  private WriteResult.Acknowledged written(WriteRequest request) {
    return (WriteResult.Acknowledged) gateway.write(request);
  }

  private long sum() {
    var read = (ReadResult.Read) gateway.read(KEY);
    return ((State.Counter) read.reading().state()).sum();
  }

  private static WriteRequest add(long delta) {
    return WriteRequest.of(new Operation.Add(KEY, delta, Precondition.NONE, 0));
  }
}
