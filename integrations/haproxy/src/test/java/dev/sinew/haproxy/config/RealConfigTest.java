// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real {@code haproxy -c} says of every combination of settings. */
@Tag("haproxy")
final class RealConfigTest {
  private static final int FIRST_PORT = 20_000;

  /** Blanks, quotes and everything that HAProxy's parser or a shell could take for more than a letter. */
  private static final String HOSTILE = "door's \"$HOME\" ${PATH} #1 \\n;x.pem";

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void every_combination_is_valid_without_a_warning(String version) throws Exception {
    Path program = TestServers.program(version);
    Path certificate = DoorCertificate.write(folder, HOSTILE);
    List<Door> doors = combinations(certificate);
    assertThat(doors).hasSize(2 * 5 * 4 * 2 * 2 * 2 * 2);
    for (Edge edge : edges()) {
      assertThat(check(program, HaproxyConfig.text(edge, doors))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_broken_line_would_be_found(String version) throws Exception {
    Path program = TestServers.program(version);
    Door door = Door.of("orders", Address.of("127.0.0.1:20000"), Protocol.GRPC);
    String text = HaproxyConfig.text(Edge.at("unix:" + folder + "/h.sock"), List.of(door));
    assertThat(check(program, text)).isEmpty();
    assertThat(check(program, text.replace("balance roundrobin", "balance somehow")))
        .contains("balance only supports");
  }

  private List<Edge> edges() {
    Edge edge = Edge.at("unix:" + folder + "/it's $a.sock");
    return List.of(
        edge,
        edge.withMetrics(Address.of("[::1]:19999")).withConnections(10),
        Edge.at("tcp://127.0.0.1:19998"),
        Edge.at("tcp://[::1]:19998"),
        Edge.at("tcp://localhost:19998"));
  }

  private static List<Door> combinations(Path certificate) {
    List<Door> doors = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      doors.add(Door.of("b", Address.of("127.0.0.1:1"), protocol));
    }
    doors = with(doors, door -> balances(door));
    doors = with(
        doors,
        door -> List.of(
            door.withCheck(Check.grpc("shop.Orders")),
            door.withCheck(Check.grpc("")),
            door.withCheck(Check.http("/health?a='b'&$c#d\\e\"f")),
            door.withCheck(Check.tcp())));
    doors = with(doors, door -> List.of(door, door.withCertificate(certificate)));
    doors = with(doors, door -> List.of(door, door.withRetryIdempotent()));
    doors = with(doors, door -> List.of(door, door.withSlowStart(Duration.ofSeconds(10))));
    doors = with(
        doors,
        door -> List.of(
            door,
            door.withServers(List.of(
                new FixedServer("one", Address.of("127.0.0.1:8081"), false),
                new FixedServer("two.b-c_d", Address.of("[::1]:8082"), true),
                new FixedServer("three", Address.of("localhost:8083"), true)))));
    List<Door> distinct = new ArrayList<>();
    for (Door door : doors) {
      int number = distinct.size();
      String host = List.of("127.0.0.1", "*", "[::1]").get(number % 3);
      distinct.add(new Door(
          "b" + number,
          Address.of(host + ":" + (FIRST_PORT + number)),
          door.protocol(),
          door.balance(),
          door.check(),
          door.certificate(),
          door.retryIdempotent(),
          door.slowStart(),
          door.agent(),
          door.servers()));
    }
    return distinct;
  }

  private static List<Door> balances(Door door) {
    List<Door> doors = new ArrayList<>();
    for (Balance balance : Balance.values()) {
      doors.add(door.withBalance(balance));
    }
    doors.add(door.withAgent(Address.of("127.0.0.1:9902")));
    return doors;
  }

  private static List<Door> with(List<Door> doors, Function<Door, List<Door>> more) {
    return doors.stream().map(more).flatMap(List::stream).toList();
  }

  /** Empty if it is valid and there is no warning. */
  private String check(Path program, String text) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("haproxy.cfg"), text);
    Process process = new ProcessBuilder(program.toString(), "-c", "-f", file.toString())
        .redirectErrorStream(true)
        .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    boolean quiet = !said.contains("[WARNING]") && !said.contains("[ALERT]");
    return process.waitFor() == 0 && quiet ? "" : said;
  }
}
