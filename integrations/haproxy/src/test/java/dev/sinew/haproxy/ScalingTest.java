// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas come and go under 500 calls a second. */
@Tag("haproxy")
@Timeout(120)
class ScalingTest {
  private static final int RATE = 500;

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
}
