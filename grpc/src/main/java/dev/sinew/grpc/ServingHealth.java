// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.endpoint.Health;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.function.Consumer;

/**
 * What a server's own health service says of the whole server, followed without a connection.
 *
 * <p>It is a watch of the health service that never leaves the process, so whatever the application or a
 * drain sets is heard at once, in the thread that sets it.
 */
final class ServingHealth extends ServerCall<HealthCheckRequest, HealthCheckResponse> {
  private final Consumer<Health> listener;

  private ServingHealth(Consumer<Health> listener) {
    this.listener = listener;
  }

  /** Tells a listener the health now and at each change; it must not block. */
  @SuppressWarnings("unchecked")
  static void follow(BindableService service, Consumer<Health> listener) {
    ServerMethodDefinition<?, ?> watch =
        service.bindService().getMethod(HealthGrpc.getWatchMethod().getFullMethodName());
    ServerCall.Listener<HealthCheckRequest> call = ((ServerMethodDefinition<
                HealthCheckRequest, HealthCheckResponse>)
            watch)
        .getServerCallHandler()
        .startCall(new ServingHealth(listener), new Metadata());
    call.onMessage(HealthCheckRequest.getDefaultInstance());
    call.onHalfClose();
  }

  // What does not say that it serves gets no calls from a client that watches it, so none here.
  @Override
  public void sendMessage(HealthCheckResponse answer) {
    listener.accept(answer.getStatus() == ServingStatus.SERVING ? Health.PASSING : Health.CRITICAL);
  }

  @Override
  public MethodDescriptor<HealthCheckRequest, HealthCheckResponse> getMethodDescriptor() {
    return HealthGrpc.getWatchMethod();
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void close(Status status, Metadata trailers) {}

  @Override
  public boolean isCancelled() {
    return false;
  }
}
