// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sinew.grpc.Fleet;
import dev.sinew.grpc.SinewCallOptions;
import dev.sinew.grpc.TestMethods;
import dev.sinew.grpc.TestReplica;
import dev.sinew.retry.Backoff;
import dev.sinew.retry.RetryBudget;
import dev.sinew.retry.RetryPolicy;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(60)
class RetryInterceptorTest {
  private static final RetryBudget AMPLE = RetryBudget.of(100, 1000);

  @Test
  void a_killed_server_fails_no_idempotent_call() throws Exception {
    Executor service = CompletableFuture.delayedExecutor(3, TimeUnit.MILLISECONDS);
    try (Fleet fleet = new Fleet(3)) {
      AtomicBoolean frozen = new AtomicBoolean();
      AtomicInteger lost = new AtomicInteger();
      TestReplica victim = fleet.get(1);
      fleet
          .all()
          .forEach(replica -> replica.answer = (request, observer) -> service.execute(() -> {
            if (replica == victim && frozen.get()) {
              lost.incrementAndGet();
            } else {
              TestReplica.reply(observer, "done");
            }
          }));
      ManagedChannel channel = fleet.open(fleet.builder().policy("round_robin"));
      fleet.meetAll(channel);
      AtomicBoolean killed = new AtomicBoolean();
      AtomicInteger after = new AtomicInteger();
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      Runnable caller = () -> {
        while (after.get() < 300) {
          try {
            Fleet.call(channel, TestMethods.GET);
          } catch (RuntimeException e) {
            failures.add(e);
          }
          after.addAndGet(killed.get() ? 1 : 0);
        }
      };
      List<Thread> callers = Stream.generate(() -> new Thread(caller)).limit(6).toList();
      callers.forEach(Thread::start);
      Fleet.await(() -> fleet.calls() > 200);
      frozen.set(true);
      Fleet.await(() -> lost.get() > 0);
      victim.kill();
      killed.set(true);
      for (Thread thread : callers) {
        thread.join(TimeUnit.SECONDS.toMillis(Fleet.PATIENCE_SECONDS));
      }
      assertThat(failures).isEmpty();
      assertThat(after).hasValueGreaterThanOrEqualTo(300);
      assertThat(retries(fleet)).isGreaterThanOrEqualTo(lost.get());
    }
  }

  @Test
  void a_retry_goes_to_another_replica_each_time_and_ends_when_all_were_tried() {
    try (Fleet fleet = new Fleet(3)) {
      ManagedChannel channel = fleet.open(
          fleet.builder().retryBudget(AMPLE).retryPolicy(new RetryPolicy(10, Backoff.forCalls())));
      fleet.meetAll(channel);
      fleet.failWith(Status.UNAVAILABLE.withDescription("by its own word"));
      List<Integer> before =
          fleet.all().stream().map(replica -> replica.calls.get()).toList();
      for (int call = 1; call <= 20; call++) {
        Status status = failure(channel, TestMethods.GET, CallOptions.DEFAULT);
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).isEqualTo("by its own word");
        for (int i = 0; i < 3; i++) {
          assertThat(fleet.get(i).calls.get() - before.get(i)).isEqualTo(call);
        }
      }
    }
  }

  @Test
  void the_budget_bounds_the_attempts_when_everything_fails() {
    try (Fleet fleet = new Fleet(3)) {
      ManagedChannel channel = fleet.open(fleet.builder().retryBudget(RetryBudget.of(10, 5)));
      fleet.meetAll(channel);
      fleet.failWith(Status.UNAVAILABLE);
      int before = fleet.calls();
      for (int call = 0; call < 400; call++) {
        failure(channel, TestMethods.GET, CallOptions.DEFAULT);
      }
      int attempts = fleet.calls() - before;
      // The calls that met the replicas count in the budget, too.
      assertThat(attempts).isBetween(400 + 5, 400 + 5 + (400 + before) / 10);
    }
  }

  @Test
  void a_call_that_is_not_idempotent_is_never_tried_again() {
    try (Fleet fleet = new Fleet(3)) {
      ManagedChannel channel = fleet.open(fleet.builder().retryBudget(AMPLE));
      fleet.meetAll(channel);
      fleet.failWith(Status.UNAVAILABLE);
      int before = fleet.calls();
      failure(channel, TestMethods.PUT, CallOptions.DEFAULT);
      assertThat(fleet.calls() - before).isEqualTo(1);
    }
  }

  @Test
  void an_option_or_the_builder_makes_a_call_idempotent() {
    try (Fleet fleet = new Fleet(2)) {
      ManagedChannel plain = fleet.open(fleet.builder().retryBudget(AMPLE));
      ManagedChannel named = fleet.open(
          fleet.builder().retryBudget(AMPLE).idempotent(TestMethods.PUT.getFullMethodName()));
      fleet.meetAll(plain);
      Fleet.await(() -> "replica-0".equals(Fleet.call(named, TestMethods.PUT)));
      Fleet.await(() -> "replica-1".equals(Fleet.call(named, TestMethods.PUT)));
      fleet.failWith(Status.UNAVAILABLE);
      int before = fleet.calls();
      failure(
          plain,
          TestMethods.PUT,
          CallOptions.DEFAULT.withOption(SinewCallOptions.IDEMPOTENT, true));
      assertThat(fleet.calls() - before).isEqualTo(2);
      failure(named, TestMethods.PUT, CallOptions.DEFAULT);
      assertThat(fleet.calls() - before).isEqualTo(4);
    }
  }

  @Test
  void all_attempts_share_the_deadline_of_the_call() {
    try (Fleet fleet = new Fleet(3)) {
      ManagedChannel channel = fleet.open(fleet.builder().retryBudget(AMPLE));
      fleet.meetAll(channel);
      AtomicInteger attempts = new AtomicInteger();
      fleet
          .all()
          .forEach(replica -> replica.answer = (request, observer) -> {
            if (attempts.incrementAndGet() == 1) {
              observer.onError(Status.UNAVAILABLE.asRuntimeException());
            }
          });
      long began = System.nanoTime();
      Status status = failure(
          channel,
          TestMethods.GET,
          CallOptions.DEFAULT.withDeadlineAfter(400, TimeUnit.MILLISECONDS));
      long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(attempts).hasValue(2);
      assertThat(tookMillis).isBetween(350L, 5_000L);
    }
  }

  @Test
  void a_push_back_beyond_the_deadline_ends_the_call_at_once() {
    try (Fleet fleet = new Fleet(2)) {
      ManagedChannel channel = fleet.open(fleet.builder().retryBudget(AMPLE));
      fleet.meetAll(channel);
      fleet.all().forEach(replica -> replica.failWith(Status.UNAVAILABLE, pushBack("20000")));
      int before = fleet.calls();
      Status status = failure(
          channel, TestMethods.GET, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(fleet.calls() - before).isEqualTo(1);
    }
  }

  @Test
  void a_shed_call_is_tried_again_only_when_the_server_invites_it() {
    try (Fleet fleet = new Fleet(2)) {
      ManagedChannel channel = fleet.open(fleet.builder().retryBudget(AMPLE));
      fleet.meetAll(channel);
      fleet.failWith(Status.RESOURCE_EXHAUSTED);
      int before = fleet.calls();
      failure(channel, TestMethods.GET, CallOptions.DEFAULT);
      assertThat(fleet.calls() - before).isEqualTo(1);
      fleet.all().forEach(replica -> replica.failWith(Status.RESOURCE_EXHAUSTED, pushBack("1")));
      failure(channel, TestMethods.GET, CallOptions.DEFAULT);
      assertThat(fleet.calls() - before).isEqualTo(3);
      fleet.all().forEach(replica -> replica.failWith(Status.UNAVAILABLE, pushBack("-1")));
      failure(channel, TestMethods.GET, CallOptions.DEFAULT);
      assertThat(fleet.calls() - before).isEqualTo(4);
    }
  }

  @Test
  void a_large_request_is_not_held_for_a_retry() {
    try (Fleet fleet = new Fleet(2)) {
      ManagedChannel channel = fleet.open(fleet.builder().retryBudget(AMPLE));
      fleet.meetAll(channel);
      fleet.failWith(Status.UNAVAILABLE);
      int before = fleet.calls();
      String large = "x".repeat(RequestSize.LARGEST_REPEATED_BYTES + 1);
      StatusRuntimeException failure = catchThrowableOfType(
          StatusRuntimeException.class,
          () ->
              ClientCalls.blockingUnaryCall(channel, TestMethods.GET, CallOptions.DEFAULT, large));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(fleet.calls() - before).isEqualTo(1);
    }
  }

  @Test
  void with_another_load_balancer_retries_work_without_choosing_their_replica() {
    try (Fleet fleet = new Fleet(1)) {
      RetryInterceptor interceptor =
          new RetryInterceptor(RetryPolicy.defaults(), AMPLE, Set.of(), null);
      ManagedChannel channel =
          fleet.open(Grpc.newChannelBuilder(fleet.target(), InsecureChannelCredentials.create())
              .intercept(interceptor)
              .build());
      AtomicInteger attempts = new AtomicInteger();
      fleet.get(0).answer = (request, observer) -> {
        if (attempts.incrementAndGet() < 3) {
          observer.onError(Status.UNAVAILABLE.asRuntimeException());
        } else {
          TestReplica.reply(observer, "third");
        }
      };
      assertThat(Fleet.call(channel, TestMethods.GET)).isEqualTo("third");
    }
  }

  @Test
  void a_wait_for_ready_call_ends_too_when_every_replica_was_tried() {
    try (Fleet fleet = new Fleet(1)) {
      ManagedChannel channel = fleet.open(fleet
          .builder()
          .retryBudget(AMPLE)
          .retryPolicy(
              new RetryPolicy(3, new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1)))));
      fleet.failWith(Status.UNAVAILABLE.withDescription("the last word"));
      Status status = failure(channel, TestMethods.GET, CallOptions.DEFAULT.withWaitForReady());
      assertThat(status.getDescription()).isEqualTo("the last word");
      assertThat(fleet.calls()).isEqualTo(1);
    }
  }

  @Test
  void every_call_ends_once_however_cancels_race_with_retries() {
    long seed = 20_260;
    Random random = new Random(seed);
    try (Fleet fleet = new Fleet(3)) {
      Backoff brief = new Backoff(Duration.ofNanos(500_000), 1, Duration.ofNanos(500_000));
      ManagedChannel channel =
          fleet.open(fleet.builder().retryBudget(AMPLE).retryPolicy(new RetryPolicy(3, brief)));
      fleet.meetAll(channel);
      fleet.failWith(Status.UNAVAILABLE);
      int calls = 500;
      AtomicIntegerArray ends = new AtomicIntegerArray(calls);
      for (int i = 0; i < calls; i++) {
        int number = i;
        ClientCall<String, String> call = channel.newCall(TestMethods.GET, CallOptions.DEFAULT);
        call.start(
            new ClientCall.Listener<String>() {
              @Override
              public void onClose(Status status, Metadata trailers) {
                ends.incrementAndGet(number);
              }
            },
            new Metadata());
        call.request(2);
        call.sendMessage("hello");
        call.halfClose();
        LockSupport.parkNanos(random.nextInt(1_000_000));
        call.cancel("enough", null);
      }
      Fleet.await(() -> IntStream.range(0, calls).allMatch(i -> ends.get(i) > 0));
      assertThat(IntStream.range(0, calls).filter(i -> ends.get(i) != 1))
          .as("calls that ended twice, seed %d", seed)
          .isEmpty();
    }
  }

  private static Metadata pushBack(String millis) {
    Metadata trailers = new Metadata();
    trailers.put(PushBack.TRAILER, millis);
    return trailers;
  }

  private static Status failure(
      Channel channel, MethodDescriptor<String, String> method, CallOptions options) {
    StatusRuntimeException failure = catchThrowableOfType(
        StatusRuntimeException.class, () -> Fleet.call(channel, method, options));
    return failure.getStatus();
  }

  private static long retries(Fleet fleet) {
    return fleet.all().stream()
        .flatMap(replica -> replica.headers.stream())
        .filter(sent -> sent.containsKey(RetryingCall.PREVIOUS_ATTEMPTS))
        .count();
  }
}
