// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas come and go under 500 calls a second. */
@Tag("haproxy")
@Timeout(120)
class ScalingTest {
  private static final int RATE = 500;
  private static final Duration SOON = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void a_new_replica_is_called_within_a_second_of_its_registration(String program, boolean grpc)
      throws Exception {
    try (Door door = Door.open(program, grpc);
        TestReplica a = TestReplica.start("a");
        TestReplica b = TestReplica.start("b");
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(a.endpoint(grpc));
      door.awaitRotation("sinew.a");
      try (DoorLoad load = door.load(RATE)) {
        load.awaitAnswers(200);
        long begun = System.nanoTime();
        sink.register(b.endpoint(grpc));
        assertThat(b.awaitFirst(Duration.ofSeconds(5))).isTrue();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        load.awaitAnswers(200);
        System.out.printf(
            "MEASURED %s %s: first call %d ms after registration; %s%n",
            program, grpc ? "gRPC" : "HTTP", millis, load.stop());
        assertThat(millis).isLessThan(1_000);
        assertThat(load.failures()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void no_call_is_lost_when_replicas_leave(String program, boolean grpc) throws Exception {
    try (Door door = Door.open(program, grpc);
        TestReplica a = TestReplica.start("a");
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(a.endpoint(grpc));
      door.awaitRotation("sinew.a");
      try (DoorLoad load = door.load(RATE)) {
        long drainMillis = 0;
        long closeMillis = 0;
        int rounds = 5;
        for (int round = 0; round < rounds; round++) {
          TestReplica leaver = TestReplica.start("b" + round);
          HaproxyRegistration registration = sink.register(leaver.endpoint(grpc));
          assertThat(leaver.awaitFirst(Duration.ofSeconds(5))).isTrue();
          load.awaitAnswers(100);
          long begun = System.nanoTime();
          Boolean confirmed = registration
              .drain(Duration.ofSeconds(5))
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
          drainMillis += TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
          assertThat(confirmed).isTrue();
          assertThat(leaver.underWay()).isZero();
          // As hard as it can be: no grace of its own.
          leaver.close();
          begun = System.nanoTime();
          registration.close();
          closeMillis += TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
          assertThat(door.server().ask("show servers state be"))
              .doesNotContain(registration.server());
        }
        load.awaitAnswers(100);
        load.stop();
        System.out.printf(
            "MEASURED %s %s: drain %d ms, delete %d ms; %s%n",
            program, grpc ? "gRPC" : "HTTP", drainMillis / rounds, closeMillis / rounds, load);
        assertThat(load.failures()).isEmpty();
        assertThat(load.answered()).isEqualTo(load.offered());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_call_that_outlives_the_grace_is_not_cut(String program) throws Exception {
    Duration grace = Duration.ofMillis(200);
    try (Door door = Door.open(program, true);
        TestReplica slow = TestReplica.start("slow", Duration.ofMillis(3_500));
        TestReplica other = TestReplica.start("other");
        HaproxyEndpointSink sink =
            HaproxyEndpointSink.open(List.of(door.socket()), "be", door.options(), grace);
        DoorLoad load = door.load(1)) {
      HaproxyRegistration registration = sink.register(slow.endpoint(true));
      door.awaitRotation("sinew.slow");
      assertThat(slow.awaitFirst(Duration.ofSeconds(5))).isTrue();
      sink.register(other.endpoint(true));
      door.awaitRotation("sinew.other", "sinew.slow");
      Boolean confirmed = registration.drain(grace).toCompletableFuture().get(2, TimeUnit.SECONDS);
      assertThat(confirmed).isFalse();
      registration.close();
      assertThat(slow.underWay()).as("closing does not wait for ever").isPositive();
      Door.await(
          "deleted",
          Duration.ofSeconds(10),
          () -> !door.server().ask("show servers state be").contains("sinew.slow"));
      assertThat(slow.underWay()).isZero();
      load.stop();
      assertThat(load.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void three_hundred_replicas_are_back_soon_after_a_restart(String program) throws Exception {
    try (Door door = Door.open(program, true);
        HaproxyEndpointSink sink = door.sink()) {
      for (int i = 0; i < 300; i++) {
        sink.register(Endpoint.of("127.0.0.1", 21_000 + i).withId("r" + i));
      }
      long first = Door.await("there", SOON, () -> door.rotation("be").size() == 300);
      door.server().kill();
      door.server().start();
      long again = Door.await("back", SOON, () -> door.rotation("be").size() == 300);
      System.out.printf(
          "MEASURED %s: 300 servers added in %d ms, back in %d ms%n", program, first, again);
      assertThat(again).isLessThan(3_000);
    }
  }
}
