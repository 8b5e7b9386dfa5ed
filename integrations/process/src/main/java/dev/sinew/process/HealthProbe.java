// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks a port on this machine {@code grpc.health.v1.Health/Check} for the server as a whole.
 *
 * <p>At most one question is open; each has 1 s. Nothing blocks: the answer waits to be taken.
 */
final class HealthProbe implements AutoCloseable {
  private static final long DEADLINE_MILLIS = 1000;
  private static final int LARGEST_ANSWER_BYTES = 4096;

  private final ManagedChannel channel;
  private final Runnable wake;
  private final AtomicBoolean open = new AtomicBoolean();
  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();

  /**
   * Prepares; nothing is sent before the first question.
   *
   * @param wake called from a network thread when an answer has arrived; it must not block
   */
  HealthProbe(int port, Runnable wake) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.channel = NettyChannelBuilder.forAddress(address)
        .usePlaintext()
        .proxyDetector(target -> null)
        .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
        .disableRetry()
        .directExecutor()
        .build();
    this.wake = wake;
  }

  /** Asks, unless a question is open. */
  void ask() {
    if (!open.compareAndSet(false, true)) {
      return;
    }
    // A server that is about to listen must not be kept waiting by the channel's own back-off.
    channel.resetConnectBackoff();
    HealthGrpc.newStub(channel)
        .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
        .check(HealthCheckRequest.getDefaultInstance(), new Listener());
  }

  /** The answer that has arrived since the last call, or null. */
  @Nullable Answer take() {
    return answer.getAndSet(null);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private void done(Answer word) {
    answer.set(word);
    open.set(false);
    wake.run();
  }

  /**
   * What a server said of itself, or why it said nothing.
   *
   * @param serving whether it serves
   * @param said its status, or what went wrong
   */
  record Answer(boolean serving, String said) {}

  private final class Listener implements StreamObserver<HealthCheckResponse> {
    private ServingStatus status = ServingStatus.UNKNOWN;

    @Override
    public void onNext(HealthCheckResponse response) {
      status = response.getStatus();
    }

    @Override
    public void onError(Throwable error) {
      Status failure = Status.fromThrowable(error);
      done(new Answer(false, failure.getCode().name()));
    }

    @Override
    public void onCompleted() {
      done(new Answer(status == ServingStatus.SERVING, status.name()));
    }
  }
}
