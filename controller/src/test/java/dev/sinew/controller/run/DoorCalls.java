// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.controller.sample.OrdersGrpc;
import dev.sinew.controller.sample.PlaceReply;
import dev.sinew.controller.sample.PlaceRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Calls through a door at an even rate that tests may change.
 *
 * <p>Nothing is tried again on this side: gRPC has no retry policy and HTTP requests are POSTs over kept
 * connections. While there is no connection gRPC calls wait for one.
 */
final class DoorCalls implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int WORK_MICROS = 5_000;

  private final Supplier<CompletableFuture<String>> call;
  private final Runnable end;
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final Map<String, Long> firstAnswers = new ConcurrentHashMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Thread thread;
  private volatile int rate;
  private volatile boolean stopped;

  /** A call without an answer, and when it was begun and ended. */
  record Failure(long begunNanos, long endedNanos, String why) {}

  private DoorCalls(Supplier<CompletableFuture<String>> call, Runnable end, int rate) {
    this.call = call;
    this.end = end;
    this.rate = rate;
    this.thread = new Thread(this::run, "door-calls");
    thread.setDaemon(true);
    thread.start();
  }

  /** Calls the sample service. */
  static DoorCalls grpc(int port, int rate) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    OrdersGrpc.OrdersStub stub = OrdersGrpc.newStub(channel).withWaitForReady();
    return new DoorCalls(() -> place(stub), channel::shutdownNow, rate);
  }

  /** Posts to {@code /}; the answer is who answered. */
  static DoorCalls http(int port, int rate) {
    HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
        .timeout(DEADLINE)
        .POST(HttpRequest.BodyPublishers.ofString("hello"))
        .build();
    return new DoorCalls(() -> post(client, request), () -> {}, rate);
  }

  private static CompletableFuture<String> place(OrdersGrpc.OrdersStub stub) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    stub.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .place(
            PlaceRequest.newBuilder().setWorkMicros(WORK_MICROS).build(), new StreamObserver<>() {
              @Override
              public void onNext(PlaceReply reply) {
                answer.complete(reply.getReplica());
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

  private static CompletableFuture<String> post(HttpClient client, HttpRequest request) {
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("status " + answer.statusCode());
      }
      return answer.body().strip();
    });
  }

  void rate(int callsPerSecond) {
    rate = callsPerSecond;
  }

  long answered() {
    return answered.get();
  }

  /** When each replica answered first, as {@code System.nanoTime()}. */
  Map<String, Long> firstAnswers() {
    return firstAnswers;
  }

  List<Failure> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  /** The failures of calls that were under way at no time of these. */
  List<Failure> failuresOutside(long fromNanos, long toNanos) {
    return failures().stream()
        .filter(one -> one.endedNanos() - fromNanos < 0 || one.begunNanos() - toNanos > 0)
        .toList();
  }

  /** How many calls failed so far. */
  int failed() {
    return failures().size();
  }

  /** What the first failures were. */
  String why() {
    return failures().stream().limit(3).toList().toString();
  }

  /** Ends the load and waits for the calls under way. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    boolean unused = RunProcess.until(
        () -> answered.get() + failures().size() >= offered.get(), DEADLINE.plusSeconds(2));
  }

  @Override
  public void close() {
    stopped = true;
    end.run();
  }

  @Override
  public String toString() {
    return offered + " offered, " + answered + " answered, " + failures().size() + " failed";
  }

  private void run() {
    long due = System.nanoTime();
    while (!stopped) {
      due += TimeUnit.SECONDS.toNanos(1) / rate;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      offer();
    }
  }

  private void offer() {
    offered.incrementAndGet();
    long begun = System.nanoTime();
    var unused = call.get().whenComplete((who, failure) -> {
      if (failure == null) {
        firstAnswers.putIfAbsent(who, System.nanoTime());
        answered.incrementAndGet();
        return;
      }
      synchronized (failures) {
        failures.add(new Failure(begun, System.nanoTime(), String.valueOf(failure)));
      }
    });
  }
}
