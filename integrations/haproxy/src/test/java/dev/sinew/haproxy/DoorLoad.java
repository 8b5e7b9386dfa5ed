// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Calls through the door at a fixed rate, by gRPC or by HTTP/1.1 over kept connections. Nothing that
 * may have been worked on is tried again on this side: HTTP requests are POSTs, and gRPC has no retry policy.
 * While there is no connection gRPC calls wait for one, and HTTP requests fail.
 */
final class DoorLoad implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(8);

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private final List<Failure> failures = new ArrayList<>();
  private final Client client;
  private final Thread thread;

  /** A call that got no answer, and when it was begun. */
  record Failure(long begunNanos, String why) {}

  private interface Client {
    CompletableFuture<String> call();

    void close();
  }

  private DoorLoad(Client client, int callsPerSecond) {
    this.client = client;
    this.thread = new Thread(() -> run(callsPerSecond), "load");
    thread.setDaemon(true);
    thread.start();
  }

  private static DoorLoad grpc(int port, int callsPerSecond) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    return new DoorLoad(new GrpcClient(channel), callsPerSecond);
  }

  private static DoorLoad http(int port, int callsPerSecond, boolean idempotent) {
    HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(DEADLINE);
    if (!idempotent) {
      request.POST(HttpRequest.BodyPublishers.ofString("hello"));
    }
    return new DoorLoad(new HttpCalls(http, request.build()), callsPerSecond);
  }

  static DoorLoad of(boolean grpc, int port, int callsPerSecond) {
    return grpc ? grpc(port, callsPerSecond) : http(port, callsPerSecond, false);
  }

  /**
   * The same with GET for HTTP, which the client repeats when a kept connection ends without an answer, as
   * HTTP lets it. HAProxy counts on that: it closes so when a replica's connection is reset.
   */
  static DoorLoad idempotent(boolean grpc, int port, int callsPerSecond) {
    return grpc ? grpc(port, callsPerSecond) : http(port, callsPerSecond, true);
  }

  /** One call, in the same way; the id of the replica that answered. */
  String one() throws Exception {
    return client.call().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until so many calls have been answered since now. */
  void awaitAnswers(long more) throws InterruptedException {
    long until = answered.get() + more;
    await(() -> answered.get() >= until);
  }

  /** Waits until so many calls have ended since now, well or not. */
  void awaitEnds(long more) throws InterruptedException {
    long until = ends() + more;
    await(() -> ends() >= until);
  }

  /** Ends the load and waits for the calls that are under way. */
  DoorLoad stop() throws InterruptedException {
    stopped.set(true);
    thread.join();
    await(() -> ends() >= offered.get());
    return this;
  }

  long offered() {
    return offered.get();
  }

  long answered() {
    return answered.get();
  }

  long longestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
  }

  List<Failure> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  /** The failures that HAProxy itself has answered, because it had no server. */
  List<Failure> refused() {
    return failures().stream().filter(failure -> failure.why().contains("503")).toList();
  }

  /** The failures of calls begun after a time. */
  List<Failure> failuresAfter(long nanos) {
    return failures().stream()
        .filter(failure -> failure.begunNanos() - nanos > 0)
        .toList();
  }

  @Override
  public void close() {
    stopped.set(true);
    client.close();
  }

  @Override
  public String toString() {
    return offered + " offered, " + answered + " answered, " + failures().size()
        + " failed, longest " + longestMillis() + " ms";
  }

  private long ends() {
    return answered.get() + failures().size();
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not within 30 s: " + this + " " + failures());
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private void run(int callsPerSecond) {
    long begin = System.nanoTime();
    long gap = TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
    for (long i = 0; !stopped.get(); i++) {
      long due = begin + i * gap;
      long left = due - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
      }
      offer();
    }
  }

  private void offer() {
    offered.incrementAndGet();
    long begun = System.nanoTime();
    var unused = client.call().whenComplete((id, failure) -> {
      long nanos = System.nanoTime() - begun;
      if (failure == null) {
        longestNanos.accumulateAndGet(nanos, Math::max);
        answered.incrementAndGet();
        return;
      }
      synchronized (failures) {
        failures.add(new Failure(begun, String.valueOf(failure)));
      }
    });
  }

  private record GrpcClient(ManagedChannel channel) implements Client {
    @Override
    public CompletableFuture<String> call() {
      CompletableFuture<String> answer = new CompletableFuture<>();
      CallOptions options = CallOptions.DEFAULT
          .withWaitForReady()
          .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      ClientCalls.asyncUnaryCall(
          channel.newCall(TestReplica.SAY, options), "hello", new StreamObserver<>() {
            @Override
            public void onNext(String id) {
              answer.complete(id);
            }

            @Override
            public void onError(Throwable failure) {
              answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
              answer.completeExceptionally(new IllegalStateException("no answer"));
            }
          });
      return answer;
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  private record HttpCalls(HttpClient http, HttpRequest request) implements Client {
    @Override
    public CompletableFuture<String> call() {
      return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
        if (answer.statusCode() != 200) {
          throw new IllegalStateException("status " + answer.statusCode());
        }
        return answer.body();
      });
    }

    @Override
    public void close() {
      // The client ends with its threads when it is not used any more.
    }
  }
}
