package dev.tideline.edge.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.HttpAnswers;
import dev.tideline.runtime.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Answers to requests that write. */
final class HttpWrites {

  static final String BINARY = "application/octet-stream";
  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  private final EdgeGateway gateway;
  private final HttpAnswers answers;
  private final LongAdder ignoredTraces;

  HttpWrites(EdgeGateway gateway, HttpAnswers answers, LongAdder ignoredTraces) {
    this.gateway = gateway;
    this.answers = answers;
    this.ignoredTraces = ignoredTraces;
  }

  void put(QualifiedKey target, ServerRequest request, ServerResponse response) {
    var contentType = request.headers().first(HeaderNames.CONTENT_TYPE).orElse(BINARY);
    var parameters = HttpParameters.of(request, ignoredTraces);
    var value = HttpBodies.read(request, NamespaceContract.VALUE_BYTES_MAX);
    write(
        new Operation.Put(target, value, contentType, parameters.precondition(), 0),
        parameters,
        response);
  }

  void delete(QualifiedKey target, ServerRequest request, ServerResponse response) {
    var parameters = HttpParameters.of(request, ignoredTraces);
    write(new Operation.Delete(target, parameters.precondition(), 0), parameters, response);
  }

  void action(
      QualifiedKey target,
      Optional<String> action,
      ServerRequest request,
      ServerResponse response) {
    if (action.isEmpty()) {
      notAllowed("POST without an action", target, response);
      return;
    }
    if (!action.get().equals("add")) {
      answers.refuse(
          response,
          new Refusal(
              ErrorCode.ROUTE_UNKNOWN,
              "there is no action '%s'".formatted(action.get()),
              "actions: add; write a ':' of the key as %3A"));
      return;
    }
    var parameters = HttpParameters.of(request, ignoredTraces);
    long delta = HttpBodies.delta(request);
    write(new Operation.Add(target, delta, parameters.precondition(), 0), parameters, response);
  }

  /** Several operations as one. */
  void batch(ServerRequest request, ServerResponse response) {
    var parameters = HttpParameters.of(request, ignoredTraces);
    if (!(parameters.precondition() instanceof Precondition.None)) {
      throw new RefusedException(
          new Refusal(
              ErrorCode.MALFORMED,
              "a batch has no If-Match or If-None-Match of its own",
              "ifMatch or ifNoneMatch in its operations"));
    }
    write(BatchBody.read(request), parameters, response);
  }

  private void write(Operation operation, HttpParameters parameters, ServerResponse response) {
    write(List.of(operation), parameters, response);
  }

  private void write(
      List<Operation> operations, HttpParameters parameters, ServerResponse response) {
    var request =
        new WriteRequest(
            operations,
            parameters.idempotencyKey(),
            parameters.ack(),
            parameters.timeout(),
            parameters.traceContext());
    switch (gateway.write(request)) {
      case WriteResult.Acknowledged acknowledged -> answer(acknowledged, response);
      case WriteResult.Refused refused -> refuse(refused.refusal(), operations, response);
      case WriteResult.Uncertain uncertain ->
          answers.refuse(response, uncertain(uncertain.receipt()));
    }
  }

  /** What a client is told of a write that may or may not survive. */
  static Refusal uncertain(Receipt receipt) {
    return new Refusal(
        ErrorCode.UNCERTAIN,
        "the disk failed; receipt %s may or may not survive".formatted(receipt),
        "ask for the receipt once the edge is back, or repeat with an idempotency key");
  }

  private static void answer(WriteResult.Acknowledged acknowledged, ServerResponse response) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("receipt", acknowledged.receipt().toString())
            .put("ack", acknowledged.reached().text());
    acknowledged.verdict().ifPresent(verdict -> HttpReads.add(verdict, json));
    HttpReads.tag(response, acknowledged.token());
    boolean late =
        acknowledged.asked() == Durability.HUB && acknowledged.reached() != Durability.HUB;
    HttpAnswers.json(response, late ? 202 : 200, json);
  }

  private void refuse(Refusal refusal, List<Operation> operations, ServerResponse response) {
    if (refusal.code() == ErrorCode.OPERATION_NOT_ALLOWED) {
      if (operations.size() == 1) {
        allow(operations.getFirst().target(), response);
      } else {
        response.header(HeaderNames.ALLOW, "POST");
      }
    }
    answers.refuse(response, refusal);
  }

  void notAllowed(String method, QualifiedKey target, ServerResponse response) {
    allow(target, response);
    answers.refuse(
        response,
        new Refusal(
            ErrorCode.OPERATION_NOT_ALLOWED,
            "%s is not for '%s'".formatted(method, target),
            "see the Allow header"));
  }

  /** The methods that a key of this type takes. */
  private static String allow(DataType type) {
    return switch (type) {
      case REGISTER -> "GET, PUT, DELETE";
      case COUNTER -> "GET, POST";
    };
  }

  private void allow(QualifiedKey target, ServerResponse response) {
    gateway
        .catalog()
        .find(target.namespace())
        .ifPresent(contract -> response.header(HeaderNames.ALLOW, allow(contract.type())));
  }
}
