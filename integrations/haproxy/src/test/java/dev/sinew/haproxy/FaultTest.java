// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.haproxy.socket.HaproxySocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy, or the sink, dies, freezes or is replaced while replicas come and go. */
@Tag("haproxy")
@Timeout(120)
class FaultTest {
  private static final int RATE = 300;

  /**
   * A server that is never there, and the last one to be chosen: a call that finds no other is refused by
   * it, so that HAProxy tries again half a second later, when the replicas are back.
   */
  private static final String WAITING_ROOM = "server room 127.0.0.1:1 backup";

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void reloads_in_the_middle_of_scaling_and_after_it_lose_nothing(String program, boolean grpc)
      throws Exception {
    try (Door door = Door.open(program, grpc, WAITING_ROOM);
        Fleet fleet = Fleet.start(door)) {
      fleet.scale();
      fleet.changed();
      door.server().reload();
      long millis = fleet.awaitConverged();
      // Now nothing moves, so that the loss of the servers is found by the next look only.
      door.server().reload();
      millis = Math.max(millis, fleet.awaitConverged());
      fleet.load.awaitAnswers(300);
      fleet.load.stop();
      System.out.printf(
          "MEASURED %s reload: converged after %d ms; %s%n", door, millis, fleet.load);
      assertThat(millis).isLessThan(3_000);
      assertThat(fleet.load.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void after_a_kill_of_haproxy_the_servers_are_back(String program, boolean grpc) throws Exception {
    try (Door door = Door.open(program, grpc, WAITING_ROOM);
        Fleet fleet = Fleet.start(door)) {
      fleet.scale();
      door.server().kill();
      fleet.changed();
      Door.await(
          "noticed",
          Duration.ofSeconds(5),
          () -> !fleet.sink.status().get(0).error().isEmpty());
      assertThat(fleet.sink.status().get(0).settled()).isFalse();
      door.server().start();
      long back = System.nanoTime();
      long millis = fleet.awaitConverged();
      fleet.load.awaitAnswers(300);
      fleet.load.stop();
      System.out.printf(
          "MEASURED %s kill -9: converged %d ms after its return; %s, all while it was dead%n",
          door, millis, fleet.load);
      assertThat(millis).isLessThan(1_000);
      assertThat(fleet.load.refused()).isEmpty();
      assertThat(fleet.load.failuresAfter(back)).isEmpty();
      assertThat(fleet.sink.status().get(0).error()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void a_frozen_haproxy_is_in_step_soon_after_it_goes_on(String program, boolean grpc)
      throws Exception {
    try (Door door = Door.open(program, grpc);
        Fleet fleet = Fleet.start(door)) {
      fleet.scale();
      door.server().freeze();
      fleet.changed();
      Door.await(
          "noticed",
          Duration.ofSeconds(5),
          () -> !fleet.sink.status().get(0).error().isEmpty());
      assertThat(fleet.sink.status().get(0).error()).contains("no whole answer within");
      // Several time-outs long, so that questions would pile up if they could.
      Door.await(
          "failures", Duration.ofSeconds(10), () -> fleet.sink.status().get(0).failures() >= 3);
      door.server().thaw();
      long millis = fleet.awaitConverged();
      fleet.load.awaitAnswers(300);
      fleet.load.stop();
      System.out.printf(
          "MEASURED %s SIGSTOP: converged %d ms after CONT; %s%n", door, millis, fleet.load);
      assertThat(millis).isLessThan(3_000);
      assertThat(fleet.load.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true"})
  void a_sink_opened_anew_takes_over_without_a_lost_call(String program, boolean grpc)
      throws Exception {
    try (Door door = Door.open(program, grpc);
        Fleet fleet = Fleet.start(door)) {
      fleet.scale();
      fleet.sink.leave();
      assertThat(door.rotation("be")).contains("sinew.a");
      // A replica came and one went while nobody was there to tell HAProxy.
      fleet.changedWithoutSink();
      long millis = fleet.awaitConverged();
      fleet.load.awaitAnswers(300);
      fleet.load.stop();
      System.out.printf(
          "MEASURED %s new sink: converged after %d ms; %s%n", door, millis, fleet.load);
      assertThat(millis).isLessThan(3_000);
      assertThat(fleet.load.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_frozen_haproxy_does_not_delay_another(String program) throws Exception {
    try (Door frozen = Door.open(program, true);
        Door well = Door.open(program, true);
        TestReplica a = TestReplica.start("a");
        HaproxyEndpointSink sink = HaproxyEndpointSink.open(
            List.of(frozen.socket(), well.socket()), "be", ServerOptions.grpc(), Door.GRACE)) {
      HaproxyRegistration registration = sink.register(a.endpoint(true));
      frozen.awaitRotation("sinew.a");
      well.awaitRotation("sinew.a");
      frozen.server().freeze();
      CompletableFuture<Boolean> drained =
          registration.drain(Duration.ofSeconds(2)).toCompletableFuture();
      assertThat(well.awaitRotation()).isLessThan(500);
      assertThat(drained).isNotDone();
      assertThat(drained.get(5, TimeUnit.SECONDS))
          .as("not confirmed by the frozen one")
          .isFalse();
      frozen.server().thaw();
      frozen.awaitRotation();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void one_that_is_dead_when_a_replica_leaves_never_hears_of_it(String program) throws Exception {
    try (Door door = Door.open(program, true);
        TestReplica a = TestReplica.start("a");
        TestReplica b = TestReplica.start("b");
        HaproxyEndpointSink sink = HaproxyEndpointSink.open(
            List.of(HaproxySocket.at(door.server().socket())),
            "be",
            ServerOptions.grpc(),
            Duration.ZERO)) {
      HaproxyRegistration leaver = sink.register(a.endpoint(true));
      sink.register(b.endpoint(true));
      door.awaitRotation("sinew.a", "sinew.b");
      door.server().kill();
      leaver.close();
      door.server().start();
      assertThat(door.awaitRotation("sinew.b")).isLessThan(1_000);
      assertThat(door.server().ask("show servers state be")).doesNotContain("sinew.a");
    }
  }

  /** Replicas a and b behind the door under load; then one comes and another leaves at a bad time. */
  private static final class Fleet implements AutoCloseable {
    private final Door door;
    private final TestReplica a;
    private final TestReplica b;
    private final TestReplica c;
    private final TestReplica d;
    private final DoorLoad load;
    private HaproxyEndpointSink sink;
    private final HaproxyRegistration leaver;

    private Fleet(Door door) throws Exception {
      this.door = door;
      this.a = TestReplica.start("a");
      this.b = TestReplica.start("b");
      this.c = TestReplica.start("c");
      this.d = TestReplica.start("d");
      this.sink = door.sink();
      sink.register(a.endpoint(door.grpc()));
      this.leaver = sink.register(b.endpoint(door.grpc()));
      door.awaitRotation("sinew.a", "sinew.b");
      this.load = door.load(RATE);
      load.awaitAnswers(300);
    }

    static Fleet start(Door door) throws Exception {
      return new Fleet(door);
    }

    void scale() {
      sink.register(c.endpoint(door.grpc()));
    }

    /** One more comes, and b is on its way out. */
    void changed() {
      sink.register(d.endpoint(door.grpc()));
      var unused = leaver.drain(Duration.ofSeconds(20));
      leaver.withdraw();
    }

    void changedWithoutSink() {
      sink = door.sink();
      for (TestReplica replica : List.of(a, c, d)) {
        sink.register(replica.endpoint(door.grpc()));
      }
      sink.complete();
    }

    /** Until HAProxy has a, c and d in rotation, b no more, and the sink is content. */
    long awaitConverged() throws Exception {
      return Door.await(
          "converged; " + sink.status(),
          Duration.ofSeconds(10),
          () -> door.rotation("be").stream()
                  .filter(ServerNames::ours)
                  .toList()
                  .equals(List.of("sinew.a", "sinew.c", "sinew.d"))
              && !door.server().ask("show servers state be").contains("sinew.b")
              && sink.status().get(0).settled());
    }

    @Override
    public void close() {
      load.close();
      sink.leave();
      for (TestReplica replica : List.of(a, b, c, d)) {
        replica.close();
      }
    }
  }
}
