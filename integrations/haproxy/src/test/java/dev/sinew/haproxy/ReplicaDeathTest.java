// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A replica is killed under 500 calls a second, with HAProxy's retries on. */
@Tag("haproxy")
@Timeout(120)
class ReplicaDeathTest {
  private static final ServerOptions.Check CHECK =
      new ServerOptions.Check(Duration.ofMillis(500), 2, 1);

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void no_idempotent_call_is_lost_when_a_replica_is_killed(String program, boolean grpc)
      throws Exception {
    try (Door door = Door.open(program, grpc, "option tcp-check");
        TestReplica stays = TestReplica.start("stays");
        ReplicaProcess dies = ReplicaProcess.start("dies");
        HaproxyEndpointSink sink = door.sink(door.options().with(CHECK))) {
      sink.register(stays.endpoint(grpc));
      HaproxyRegistration registration = sink.register(dies.endpoint(grpc));
      door.awaitRotation("sinew.dies", "sinew.stays");
      try (DoorLoad load = DoorLoad.idempotent(grpc, door.port(), 500)) {
        load.awaitAnswers(500);
        dies.kill();
        long found = door.awaitRotation("sinew.stays");
        load.awaitAnswers(250);
        long begun = System.nanoTime();
        registration.close();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        load.awaitAnswers(250);
        load.stop();
        System.out.printf(
            "MEASURED %s %s: kill -9 of a replica found after %d ms, deleted within %d ms; %s%n",
            program, door, found, millis, load);
        assertThat(load.failures()).isEmpty();
        assertThat(millis).isLessThan(Duration.ofSeconds(2).toMillis());
        assertThat(door.rotation("be")).containsExactly("sinew.stays");
      }
    }
  }
}
