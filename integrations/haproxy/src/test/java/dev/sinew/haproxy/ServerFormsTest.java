// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.haproxy.server.HaproxyServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real HAProxies take every form of server that a sink adds. */
@Tag("haproxy")
@Timeout(60)
class ServerFormsTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy,false", "haproxy3,true", "haproxy3,false"})
  void a_replica_is_called_over_verified_tls(String program, boolean grpc, @TempDir Path folder)
      throws Exception {
    TestTls tls = TestTls.make(folder);
    // HAProxy takes for new servers only files that its configuration has loaded.
    String holder =
        "option tcp-check\nserver holder 127.0.0.1:1 disabled ssl verify required ca-file "
            + tls.certificate();
    ServerOptions options = new ServerOptions(
        grpc,
        new ServerOptions.Tls(tls.certificate().toString(), "localhost"),
        Duration.ZERO,
        new ServerOptions.Check(Duration.ofMillis(200), 2, 1),
        null);
    try (Door door = Door.open(program, grpc, holder);
        TestReplica a = TestReplica.start("a", tls);
        HaproxyEndpointSink sink = door.sink(options);
        DoorLoad load = door.load(1)) {
      sink.register(a.endpoint(grpc));
      door.awaitRotation("sinew.a");
      assertThat(load.one()).isEqualTo("a");
      assertThat(door.state("sinew.a").tls()).isTrue();
      Door.await("checked", SOON, () -> stat(door, "sinew.a", "check_status").startsWith("L6OK"));
    }
  }

  @ParameterizedTest
  @CsvSource({"haproxy,true", "haproxy3,true"})
  void a_replica_with_another_name_in_its_certificate_is_not_called(
      String program, boolean grpc, @TempDir Path folder) throws Exception {
    TestTls tls = TestTls.make(folder);
    String holder =
        "server holder 127.0.0.1:1 disabled ssl verify required ca-file " + tls.certificate();
    ServerOptions options = ServerOptions.grpc()
        .with(new ServerOptions.Tls(tls.certificate().toString(), "other.internal"))
        .with(new ServerOptions.Check(Duration.ofMillis(100), 1, 1));
    try (Door door = Door.open(program, grpc, holder);
        TestReplica a = TestReplica.start("a", tls);
        HaproxyEndpointSink sink = door.sink(options)) {
      sink.register(a.endpoint(grpc));
      Door.await("down", SOON, () -> stat(door, "sinew.a", "check_status").startsWith("L6RSP"));
      assertThat(a.calls()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_file_that_the_configuration_has_not_loaded_is_told(String program) throws Exception {
    ServerOptions options =
        ServerOptions.grpc().with(new ServerOptions.Tls("/no/ca.pem", "localhost"));
    try (Door door = Door.open(program, true);
        HaproxyEndpointSink sink = door.sink(options)) {
      sink.register(Endpoint.of("127.0.0.1", 21_001).withId("a"));
      Door.await("told", SOON, () -> sink.status().get(0).error().contains("/no/ca.pem"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void checks_find_a_replica_that_dies_later(String program) throws Exception {
    ServerOptions options =
        ServerOptions.grpc().with(new ServerOptions.Check(Duration.ofMillis(100), 2, 1));
    try (Door door = Door.open(program, true, "option tcp-check");
        TestReplica a = TestReplica.start("a");
        HaproxyEndpointSink sink = door.sink(options)) {
      HaproxyRegistration registration = sink.register(a.endpoint(true));
      Door.await("checked", SOON, () -> stat(door, "sinew.a", "check_status").startsWith("L4OK"));
      a.die();
      door.awaitRotation();
      assertThat(door.state("sinew.a").maintenance()).isFalse();
      registration.close();
      assertThat(door.server().ask("show servers state be")).doesNotContain("sinew.a");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void everything_at_once_and_an_ipv6_address_are_taken(String program) throws Exception {
    ServerOptions options = ServerOptions.grpc()
        .withSlowStart(Duration.ofSeconds(10))
        .with(new ServerOptions.Check(Duration.ofSeconds(60), 3, 1))
        .with(new ServerOptions.Agent("127.0.0.1", 21_999, Duration.ofSeconds(60)));
    try (Door door = Door.open(program, true, "option tcp-check");
        HaproxyEndpointSink sink = door.sink(options)) {
      HaproxyRegistration registration =
          sink.register(new Endpoint("a", "::1", 21_001, "", 5_000, 2, null, Map.of()));
      Door.await(
          "there",
          SOON,
          () -> sink.status().get(0).settled() && sink.status().get(0).servers() == 1);
      assertThat(sink.status().get(0).error()).isEmpty();
      assertThat(door.state("sinew.a").address()).isEqualTo("::1");
      assertThat(door.state("sinew.a").backup()).isTrue();
      assertThat(door.state("sinew.a").weight()).isEqualTo(256);
      registration.close();
      assertThat(door.server().ask("show servers state be")).doesNotContain("sinew.a");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void backups_are_called_when_the_primaries_leave(String program) throws Exception {
    try (Door door = Door.open(program, false);
        TestReplica primary = TestReplica.start("primary");
        TestReplica backup = TestReplica.start("backup");
        HaproxyEndpointSink sink = door.sink();
        DoorLoad load = door.load(1)) {
      Endpoint at = backup.endpoint(false);
      sink.register(new Endpoint("backup", at.host(), at.port(), "", 100, 1, null, Map.of()));
      HaproxyRegistration leaves = sink.register(primary.endpoint(false));
      door.awaitRotation("sinew.backup", "sinew.primary");
      Set<String> answers = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        answers.add(load.one());
      }
      assertThat(answers).containsExactly("primary");
      leaves.close();
      assertThat(load.one()).isEqualTo("backup");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"roundrobin", "random", "leastconn", "hash source", "source"})
  void a_balance_is_taken_or_told(String balance) throws Exception {
    String line = balance.equals("hash source") ? "source\n  hash-type consistent" : balance;
    try (Door door = new Door(HaproxyServer.start(Door.configuration(false, line, "")), false);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(Endpoint.of("127.0.0.1", 21_001).withId("a"));
      if (balance.equals("source")) {
        Door.await("told", SOON, () -> sink.status().get(0).error().startsWith("its 'balance'"));
      } else {
        door.awaitRotation("sinew.a");
      }
    }
  }

  private static String stat(Door door, String server, String column) throws Exception {
    String[] header = {};
    for (String line :
        (Iterable<String>) door.server().ask("show stat be 4 -1").lines()::iterator) {
      String[] cells = line.split(",", -1);
      if (line.startsWith("# ")) {
        header = cells;
      } else if (cells.length > 1 && cells[1].equals(server)) {
        return cells[List.of(header).indexOf(column)];
      }
    }
    return "";
  }
}
