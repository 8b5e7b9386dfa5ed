// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.Health;
import dev.sinew.haproxy.server.HaproxyServer;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HAProxy has differs from what is wanted; nobody listens at these addresses. */
@Tag("haproxy")
@Timeout(60)
class DriftTest {
  private static final Duration SOON = Duration.ofSeconds(3);

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void what_somebody_changes_is_put_right(String program) throws Exception {
    try (Door door = Door.open(program, false);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(endpoint("a", 21_001));
      door.awaitRotation("sinew.a");
      door.server().ask("set server be/sinew.a weight 7");
      Door.await("weight", SOON, () -> door.state("sinew.a").weight() == 100);
      door.server().ask("set server be/sinew.a state drain");
      Door.await("ready", SOON, () -> !door.state("sinew.a").draining());
      door.server().ask("set server be/sinew.a state maint;del server be/sinew.a");
      door.awaitRotation("sinew.a");
      assertThat(sink.status().get(0).error()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_persons_maintenance_stays_and_is_told_until_it_is_taken_back(String program)
      throws Exception {
    try (Door door = Door.open(program, false);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(endpoint("a", 21_001));
      sink.register(endpoint("b", 21_002));
      door.awaitRotation("sinew.a", "sinew.b");
      door.server().ask("set server be/sinew.a state maint");
      Door.await("told", SOON, () -> sink.status().get(0).held().contains("sinew.a"));
      assertThat(door.rotation("be")).containsExactly("sinew.b");
      door.server().ask("set server be/sinew.a state ready");
      Door.await("taken back", SOON, () -> sink.status().get(0).held().isEmpty());
      assertThat(door.rotation("be")).containsExactly("sinew.a", "sinew.b");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void an_adding_that_was_cut_off_is_finished_by_the_next_controller(String program)
      throws Exception {
    try (Door door = Door.open(program, false)) {
      door.server().ask("add server be/sinew.a 127.0.0.1:21001 weight 100");
      try (HaproxyEndpointSink sink = door.sink()) {
        sink.register(endpoint("a", 21_001));
        door.awaitRotation("sinew.a");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_server_of_our_name_at_another_address_is_replaced(String program) throws Exception {
    try (Door door = Door.open(program, false)) {
      door.server().ask("add server be/sinew.a 127.0.0.1:21009;enable server be/sinew.a");
      try (HaproxyEndpointSink sink = door.sink()) {
        sink.register(endpoint("a", 21_001));
        Door.await("replaced", SOON, () -> door.state("sinew.a").port() == 21_001);
        door.awaitRotation("sinew.a");
        // The same id again, elsewhere and as a backup.
        sink.register(new Endpoint("a", "127.0.0.1", 21_002, "", 50, 1, null, Map.of()));
        Door.await("moved", SOON, () -> door.state("sinew.a").port() == 21_002);
        door.awaitRotation("sinew.a");
        assertThat(door.state("sinew.a").backup()).isTrue();
        assertThat(door.state("sinew.a").weight()).isEqualTo(50);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void left_over_servers_go_when_all_is_known_and_strangers_never(String program) throws Exception {
    try (Door door = Door.open(program, false, "server fixed 127.0.0.1:21008")) {
      door.server().ask("add server be/sinew.old 127.0.0.1:21009;enable server be/sinew.old");
      door.server().ask("add server be/stranger 127.0.0.1:21007");
      try (HaproxyEndpointSink sink = door.sink()) {
        sink.complete();
        awaitLooks(sink);
        assertThat(door.rotation("be")).as("nobody is registered").containsExactly("sinew.old");
        sink.register(endpoint("a", 21_001));
        door.awaitRotation("sinew.a");
        Door.await("deleted", SOON, () -> !servers(door).contains("sinew.old"));
      }
      assertThat(servers(door)).contains("fixed", "stranger").doesNotContain("sinew");
    }
  }

  @Test
  void before_all_is_known_nothing_left_over_goes() throws Exception {
    try (Door door = Door.open("haproxy", false)) {
      door.server().ask("add server be/sinew.old 127.0.0.1:21009;enable server be/sinew.old");
      try (HaproxyEndpointSink sink = door.sink()) {
        sink.register(endpoint("a", 21_001));
        door.awaitRotation("sinew.a", "sinew.old");
        awaitLooks(sink);
        assertThat(door.rotation("be")).containsExactly("sinew.a", "sinew.old");
        sink.complete();
        door.awaitRotation("sinew.a");
      }
    }
  }

  @Test
  void a_critical_replica_gets_no_calls_until_it_is_well() throws Exception {
    try (Door door = Door.open("haproxy", false);
        HaproxyEndpointSink sink = door.sink()) {
      HaproxyRegistration a = sink.register(endpoint("a", 21_001));
      door.awaitRotation("sinew.a");
      a.health(Health.CRITICAL);
      door.awaitRotation();
      assertThat(door.state("sinew.a").draining()).isTrue();
      a.health(Health.WARNING);
      door.awaitRotation("sinew.a");
    }
  }

  @Test
  void two_sinks_on_one_haproxy_keep_to_their_backends() throws Exception {
    String two = Door.configuration(false, "roundrobin", "") + "backend other\n  balance random\n";
    try (Door door = new Door(HaproxyServer.start(two), false);
        HaproxyEndpointSink first = door.sink()) {
      HaproxyEndpointSink second = HaproxyEndpointSink.open(
          List.of(door.socket()), "other", ServerOptions.grpc(), Door.GRACE);
      first.register(endpoint("a", 21_001));
      second.register(endpoint("a", 21_002));
      second.register(endpoint("b", 21_003));
      first.complete();
      second.complete();
      door.awaitRotation("sinew.a");
      Door.await("other", SOON, () -> door.rotation("other").equals(List.of("sinew.a", "sinew.b")));
      second.close();
      assertThat(door.rotation("other")).isEmpty();
      assertThat(door.rotation("be")).containsExactly("sinew.a");
    }
  }

  @Test
  void a_missing_backend_is_one_clear_error_until_it_is_there() throws Exception {
    String without = HaproxyServer.GLOBAL + "defaults\n  mode http\n  timeout connect 1s\n"
        + "  timeout client 9s\n  timeout server 9s\n";
    try (Door door = new Door(HaproxyServer.start(without), false);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(endpoint("a", 21_001));
      Door.await(
          "told",
          SOON,
          () -> sink.status().get(0).error().equals("no backend 'be' in its configuration"));
      door.server().configure(Door.configuration(false, "leastconn", ""));
      door.server().reload();
      door.awaitRotation("sinew.a");
      Door.await("well", SOON, () -> sink.status().get(0).error().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_balance_that_takes_no_servers_is_told(String program) throws Exception {
    String fixed = Door.configuration(false, "static-rr", "server fixed 127.0.0.1:21008");
    try (Door door = new Door(HaproxyServer.start(program, fixed), false);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(endpoint("a", 21_001));
      Door.await("told", SOON, () -> sink.status().get(0).error().startsWith("its 'balance'"));
    }
  }

  @Test
  void a_socket_that_may_not_change_anything_is_told() throws Exception {
    String two = HaproxyServer.GLOBAL + "  stats socket \"${dir}/user.sock\" level user\n"
        + Door.configuration(false, "roundrobin", "").substring(HaproxyServer.GLOBAL.length());
    try (Door door = new Door(HaproxyServer.start(two), false);
        HaproxyEndpointSink sink = HaproxyEndpointSink.open(
            List.of(HaproxySocket.at(door.server().socket().replace("h.sock", "user.sock"))),
            "be",
            ServerOptions.http1(),
            Duration.ZERO)) {
      sink.register(endpoint("a", 21_001));
      Door.await("told", SOON, () -> sink.status().get(0).error().contains("level admin"));
    }
  }

  @Test
  void names_are_resolved_and_hostile_ones_refused() throws Exception {
    try (Door door = Door.open("haproxy", false);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(new Endpoint("n", "localhost", 21_001, "", 100, 0, null, Map.of()));
      sink.register(new Endpoint("x", "no-such-host.invalid", 21_001, "", 100, 0, null, Map.of()));
      sink.register(new Endpoint("any", "0.0.0.0", 21_001, "", 100, 0, null, Map.of()));
      door.awaitRotation("sinew.n");
      assertThat(sink.unresolved()).containsExactly("x", "any");
      for (String id : List.of("a;del", "a/b", "127.0.0.1:80", "a\\b", "ä", "a\"b", "$a", "#a")) {
        assertThatIllegalArgumentException()
            .as(id)
            .isThrownBy(() -> sink.register(endpoint(id, 21_001)))
            .withMessageStartingWith("endpoint.id: ");
      }
      assertThat(servers(door)).containsOnlyOnce("sinew.");
    }
  }

  /** Until each HAProxy has been looked at a few times more. */
  private static void awaitLooks(HaproxyEndpointSink sink) throws Exception {
    for (int i = 0; i < 3; i++) {
      Instant last = sink.status().get(0).lastGood();
      Door.await("a look", SOON, () -> {
        Instant now = sink.status().get(0).lastGood();
        return now != null && !now.equals(last);
      });
    }
  }

  private static String servers(Door door) throws Exception {
    return door.server().ask("show servers state be");
  }

  private static Endpoint endpoint(String id, int port) {
    return Endpoint.of("127.0.0.1", port).withId(id);
  }
}
