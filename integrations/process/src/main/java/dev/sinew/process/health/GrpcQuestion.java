// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import dev.sinew.process.health.HealthProbe.Answer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code grpc.health.v1.Health/Check} for the server as a whole. */
final class GrpcQuestion implements HealthQuestion {
  private static final int LARGEST_ANSWER_BYTES = 4096;

  private final ManagedChannel channel;

  GrpcQuestion(InetSocketAddress address) {
    this.channel = NettyChannelBuilder.forAddress(address)
        .usePlaintext()
        .proxyDetector(target -> null)
        .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
        .disableRetry()
        .directExecutor()
        .build();
  }

  @Override
  public void ask(Consumer<Answer> hears) {
    // A server that is about to listen must not be kept waiting by the channel's own back-off.
    channel.resetConnectBackoff();
    HealthGrpc.newStub(channel)
        .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
        .check(HealthCheckRequest.getDefaultInstance(), new Listener(hears));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class Listener implements StreamObserver<HealthCheckResponse> {
    private final Consumer<Answer> hears;
    private ServingStatus status = ServingStatus.UNKNOWN;

    Listener(Consumer<Answer> hears) {
      this.hears = hears;
    }

    @Override
    public void onNext(HealthCheckResponse response) {
      status = response.getStatus();
    }

    @Override
    public void onError(Throwable error) {
      Status failure = Status.fromThrowable(error);
      hears.accept(new Answer(false, failure.getCode().name()));
    }

    @Override
    public void onCompleted() {
      hears.accept(new Answer(status == ServingStatus.SERVING, status.name()));
    }
  }
}
