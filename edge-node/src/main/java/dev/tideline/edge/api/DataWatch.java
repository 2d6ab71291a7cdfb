package dev.tideline.edge.api;

import dev.tideline.edge.watch.WatchDriver;
import dev.tideline.edge.watch.WatchDriver.Opened;
import dev.tideline.edge.watch.WatchScope;
import dev.tideline.edge.watch.WatchSink;
import dev.tideline.model.Catalog;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchRequest;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Set;

/** A client's watch as a stream of gRPC. */
final class DataWatch {

  private static final String ALLOWED =
      "1 to %d namespaces, and a key or a prefix with its zone and '/'"
          .formatted(WatchScope.NAMESPACES_MAX);

  private DataWatch() {}

  static void open(
      WatchDriver watches,
      Catalog catalog,
      WatchRequest request,
      ServerCallStreamObserver<WatchAnswer> answers) {
    var opened = watches.open(scope(request, catalog), request.getResume(), new Sink(answers));
    switch (opened) {
      case Opened.Refused(Refusal refusal) -> throw new RefusedException(refusal);
      case Opened.Running(WatchDriver.Watch watch) -> {
        answers.setOnReadyHandler(watch::ready);
        answers.setOnCancelHandler(watch::cancel);
      }
    }
  }

  private static WatchScope scope(WatchRequest request, Catalog catalog) {
    DataCodec.requireKnown(request);
    int namespaces = request.getNamespacesCount();
    if (namespaces == 0 || namespaces > WatchScope.NAMESPACES_MAX) {
      throw malformed("the watch names %d namespaces".formatted(namespaces));
    }
    for (var namespace : request.getNamespacesList()) {
      if (catalog.find(namespace).isEmpty()) {
        throw new RefusedException(WriteCheck.unknownNamespace(namespace, catalog));
      }
    }
    boolean prefix = request.hasPrefix();
    var text = prefix ? request.getPrefix() : request.getKey();
    try {
      Key.of(text);
    } catch (InvalidInputException e) {
      throw malformed(e.problem());
    }
    if (prefix && text.indexOf('/') < 0) {
      throw malformed("the prefix '%s' is of no one zone".formatted(text));
    }
    return new WatchScope(Set.copyOf(request.getNamespacesList()), text, prefix);
  }

  private static RefusedException malformed(String detail) {
    return DataCodec.refused(ErrorCode.MALFORMED, detail, ALLOWED);
  }

  private record Sink(ServerCallStreamObserver<WatchAnswer> answers) implements WatchSink {
    @Override
    public boolean isReady() {
      return answers.isReady();
    }

    @Override
    public void send(WatchAnswer answer) {
      answers.onNext(answer);
    }

    @Override
    public void fail(Refusal why) {
      answers.onError(DataService.status(why));
    }
  }
}
