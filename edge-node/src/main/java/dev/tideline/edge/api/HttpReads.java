package dev.tideline.edge.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.codec.TokenCodec;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.Verdict;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.HttpAnswers;
import dev.tideline.runtime.KeyPath;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.Release;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Answers that write nothing. */
final class HttpReads {

  private static final HeaderName STALENESS = HeaderNames.create("Tideline-Staleness-Ms");
  private static final HeaderName PENDING = HeaderNames.create("Tideline-Pending-Local");

  /** {@code hub} where the hub was asked; absent where the edge holds the key. */
  private static final HeaderName SOURCE = HeaderNames.create("Tideline-Source");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final EdgeGateway gateway;
  private final HttpAnswers answers;

  HttpReads(EdgeGateway gateway, HttpAnswers answers) {
    this.gateway = gateway;
    this.answers = answers;
  }

  /** Of the hub, if it is not held here; waiting costs no more than this connection's thread. */
  void key(QualifiedKey target, ServerRequest request, ServerResponse response) {
    var asked = HttpDemand.of(request);
    switch (gateway.readThrough(target, asked.demand(), asked.within()).join()) {
      case ReadResult.Refused refused -> answers.refuse(response, refused.refusal());
      case ReadResult.Read read -> {
        var reading = read.reading();
        response.header(STALENESS, Long.toString(read.stalenessMs()));
        if (read.fromHub()) {
          response.header(SOURCE, "hub");
        }
        response.header(PENDING, Boolean.toString(reading.pendingLocal()));
        tag(response, reading.token());
        long asOf = reading.token().context().seen().revision();
        answers.state(target, reading.state(), asOf, response);
      }
    }
  }

  /** What the client has seen, as an entity tag. */
  static void tag(ServerResponse response, VersionToken token) {
    response.header(HeaderNames.ETAG, '"' + TokenCodec.toText(TokenCodec.encode(token)) + '"');
  }

  void receipt(String text, ServerResponse response) {
    Receipt receipt;
    try {
      receipt = Receipt.parse(KeyPath.decode(text));
    } catch (InvalidInputException e) {
      answers.refuse(
          response,
          new Refusal(ErrorCode.RECEIPT_INVALID, e.problem(), "send a receipt of a write"));
      return;
    }
    var state = gateway.receipt(receipt);
    switch (state) {
      case ReceiptState.Pending pending -> answer(receipt, "PENDING", response);
      case ReceiptState.Lost lost -> answer(receipt, "LOST", response);
      case ReceiptState.Forgotten forgotten -> answer(receipt, "FORGOTTEN", response);
      case ReceiptState.Decided decided -> {
        var json = receiptJson(receipt, "DECIDED");
        add(decided.verdict(), json);
        HttpAnswers.json(response, 200, json);
      }
      case ReceiptState.Unreachable unreachable ->
          answers.refuse(response, noAnswer(receipt, state));
      case ReceiptState.NotHere notHere -> answers.refuse(response, noAnswer(receipt, state));
      case ReceiptState.Unknown unknown -> answers.refuse(response, noAnswer(receipt, state));
    }
  }

  /** Why nothing can be said of a receipt. */
  static Refusal noAnswer(Receipt receipt, ReceiptState state) {
    return state instanceof ReceiptState.Unreachable
        ? new Refusal(
            ErrorCode.HUB_UNREACHABLE,
            "only the hub knows receipt '%s', and it did not answer".formatted(receipt),
            "ask again, or ask the edge '%s'".formatted(receipt.id().edge()))
        : new Refusal(
            ErrorCode.RECEIPT_UNKNOWN,
            "no edge has made receipt '%s', or nothing is known of it any more".formatted(receipt),
            "ask the edge '%s', with a receipt as a write returned it"
                .formatted(receipt.id().edge()));
  }

  private static void answer(Receipt receipt, String state, ServerResponse response) {
    HttpAnswers.json(response, 200, receiptJson(receipt, state));
  }

  private static ObjectNode receiptJson(Receipt receipt, String state) {
    return JSON.objectNode().put("receipt", receipt.toString()).put("state", state);
  }

  /** Adds a verdict; the revision of a plain APPLIED is an upper bound, not the place itself. */
  static void add(OwnVerdict verdict, ObjectNode json) {
    json.put("verdict", verdict.verdict().name());
    json.put(verdict.verdict() == Verdict.APPLIED ? "atOrBefore" : "revision", verdict.revision());
    if (verdict.verdict() == Verdict.REJECTED || verdict.verdict() == Verdict.QUARANTINED) {
      json.put("reason", verdict.reason().name());
    }
    verdict.first().ifPresent(first -> json.put("first", first.toString()));
  }

  void node(ServerResponse response, int port, String grpcAddress) {
    var status = gateway.status();
    var json = JSON.objectNode();
    json.put("edge", status.edge().text());
    json.put("version", Release.VERSION);
    json.put("keys", status.keys());
    json.put("incarnation", Long.toHexString(status.progress().incarnation()));
    json.put("http", port);
    json.put("grpc", grpcAddress);
    json.putObject("hub")
        .put("address", status.hub().address())
        .put("state", status.hub().state().name())
        .put("detail", status.hub().detail());
    json.put("catalogVersion", status.catalog().version());
    json.put("undecided", status.backlog().count());
    json.put("undecidedBytes", status.backlog().bytes());
    json.put(
        "undecidedOldestMs",
        status.backlog().count() == 0
            ? 0
            : Math.max(0, gateway.wallMs() - status.backlog().oldestMs()));
    if (status.stalenessMs() == Freshness.NEVER_MS) {
      json.putNull("stalenessMs");
    } else {
      json.put("stalenessMs", status.stalenessMs());
    }
    var partitions = json.putArray("partitions");
    for (var partition : status.progress().partitions()) {
      partitions
          .addObject()
          .put("partition", partition.number())
          .put("term", Long.toHexString(partition.cursor().term()))
          .put("revision", partition.cursor().revision());
    }
    var namespaces = json.putArray("namespaces");
    for (var contract : status.catalog().namespaces()) {
      namespaces
          .addObject()
          .put("name", contract.name())
          .put("type", contract.type().text())
          .put("durability", contract.durability().text())
          .put("maxValueBytes", contract.valueBytesMax());
    }
    HttpAnswers.json(response, 200, json);
  }

  void ready(ServerResponse response) {
    if (gateway.catalog().known()) {
      HttpAnswers.health(response, true);
      return;
    }
    answers.refuse(
        response,
        new Refusal(
            ErrorCode.NO_CATALOG,
            "this edge has not yet received a catalog",
            "it becomes ready with its first connection to the hub"));
  }
}
