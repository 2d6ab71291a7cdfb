package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tideline.wire.v1.GetRequest;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.Operation;
import dev.tideline.wire.v1.OperationKind;
import dev.tideline.wire.v1.WriteRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** Requests to the service Data, and what tests want to know of its refusals. */
final class GrpcCalls {

  private GrpcCalls() {}

  static void assertRefused(Runnable call, Status.Code status, String code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> {
              assertThat(refused.getStatus().getCode()).isEqualTo(status);
              assertThat(code(refused)).isEqualTo(code);
            });
  }

  static String code(StatusRuntimeException refused) {
    var trailers = refused.getTrailers();
    var code =
        trailers == null
            ? null
            : trailers.get(Metadata.Key.of("tideline-code", Metadata.ASCII_STRING_MARSHALLER));
    return code == null ? "" : code;
  }

  static KeyName.Builder name(String namespace, String key) {
    return KeyName.newBuilder().setNamespace(namespace).setKey(key);
  }

  static GetRequest get(String namespace, String key) {
    return GetRequest.newBuilder().setKey(name(namespace, key)).build();
  }

  static WriteRequest write(Operation... operations) {
    return WriteRequest.newBuilder().addAllOperations(List.of(operations)).build();
  }

  static Operation.Builder put(String namespace, String key, String value) {
    return Operation.newBuilder()
        .setNamespace(namespace)
        .setKey(key)
        .setKind(OperationKind.PUT)
        .setValue(ByteString.copyFromUtf8(value))
        .setContentType("text/plain");
  }

  static Operation.Builder add(String key, long delta) {
    return Operation.newBuilder()
        .setNamespace("stock")
        .setKey(key)
        .setKind(OperationKind.ADD)
        .setDelta(delta);
  }
}
