// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that call again as soon as they have an answer, each with one call at a time. */
final class Callers implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Runnable end;
  private volatile boolean closed;

  /** One call, which tells whether it was answered well. */
  private interface Call {
    boolean made() throws IOException, InterruptedException;
  }

  private Callers(int number, Runnable end, Call call) {
    this.end = end;
    for (int i = 0; i < number; i++) {
      Thread thread = new Thread(() -> repeat(call), "caller");
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /** HTTP/1.1 with keep-alive. */
  static Callers http(int port, int number) {
    HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
        .timeout(Duration.ofSeconds(10))
        .build();
    return new Callers(
        number,
        () -> {},
        () -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  /** gRPC over one connection. */
  static Callers grpc(int port, int number) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    return new Callers(number, channel::shutdownNow, () -> {
      CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
      ClientCalls.blockingUnaryCall(channel, SlowGrpcBackend.METHOD, options, new byte[0]);
      return true;
    });
  }

  long answered() {
    return answered.get();
  }

  long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      try {
        thread.join(10_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    end.run();
  }

  private void repeat(Call call) {
    while (!closed) {
      try {
        (call.made() ? answered : failed).incrementAndGet();
      } catch (IOException | RuntimeException e) {
        failed.incrementAndGet();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
