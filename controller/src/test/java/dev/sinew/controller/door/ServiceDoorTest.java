// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.haproxy.server.HaproxyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("haproxy")
class ServiceDoorTest {
  private static final String CONFIG = HaproxyServer.GLOBAL + """
      backend orders
        balance roundrobin
        option httpchk
      backend mails
        balance roundrobin
        option httpchk
      """;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\d+ (\\S+) \\d+ sinew\\.(\\S+) \\S+ \\d+ (\\d+) ");
  private static final int DRAINS = 8;

  private HaproxyServer haproxy;
  private final Doors doors = new Doors();

  @BeforeEach
  void start() throws Exception {
    haproxy = HaproxyServer.start(CONFIG);
  }

  @AfterEach
  void end() throws Exception {
    haproxy.close();
  }

  @Test
  void a_reload_that_changes_the_grace_or_the_neighbours_keeps_the_door() throws Exception {
    try (ServiceDoor door = doors.open(settings("orders", 0, "orders", Set.of("orders"), GRACE))) {
      door.ready("orders-1", 1001);
      door.complete();
      await(() -> servers("orders"), "orders-1");
      door.follow(settings("orders", 0, "orders", Set.of("orders"), GRACE.plusSeconds(1)));
      door.follow(settings("orders", 0, "orders", Set.of("orders", "reserve"), GRACE));
      try (ServiceDoor reserve =
          doors.open(settings("reserve", 1, "orders", Set.of("orders", "reserve"), GRACE))) {
        reserve.ready("reserve-1", 1002);
        door.ready("orders-2", 1003);
        await(() -> servers("orders"), "orders-1", "orders-2", "reserve-1");
      }
      door.leaving("orders-1").toCompletableFuture().get(10, TimeUnit.SECONDS);
      await(() -> servers("orders"), "orders-2", "reserve-1");
      door.gone("orders-1");
      door.ready("orders-4", 1004);
      await(() -> servers("orders"), "orders-2", "orders-4", "reserve-1");
    }
  }

  @Test
  void another_backend_is_filled_and_the_former_one_emptied() throws Exception {
    try (ServiceDoor door = doors.open(settings("orders", 0, "orders", Set.of("orders"), GRACE))) {
      door.ready("orders-1", 1001);
      door.complete();
      await(() -> servers("orders"), "orders-1");
      door.follow(settings("orders", 0, "mails", Set.of("orders"), GRACE));
      await(() -> servers("mails"), "orders-1");
      await(() -> servers("orders"));
      door.follow(settings("orders", 0, "orders", Set.of("orders"), GRACE));
      await(() -> servers("orders"), "orders-1");
      await(() -> servers("mails"));
    }
  }

  @Test
  void when_most_seem_to_fail_the_looking_is_doubted() throws Exception {
    try (ServiceDoor door = doors.open(settings("orders", 0, "orders", Set.of("orders"), GRACE))) {
      door.ready("orders-1", 1001);
      door.ready("orders-2", 1002);
      door.ready("orders-3", 1003);
      door.complete();
      await(() -> servers("orders"), "orders-1", "orders-2", "orders-3");
      door.unready("orders-1");
      await(() -> draining("orders"), "orders-1");
      door.unready("orders-2");
      await(() -> draining("orders"));
      door.ready("orders-2", 1002);
      await(() -> draining("orders"), "orders-1");
    }
  }

  @Test
  void a_replica_of_an_earlier_use_goes_when_its_process_has_ended() throws Exception {
    DoorSettings settings = settings("orders", 0, "orders", Set.of("orders", "reserve"), GRACE);
    try (ServiceDoor reserve =
        doors.open(settings("reserve", 1, "orders", Set.of("orders", "reserve"), GRACE))) {
      reserve.ready("reserve-1", 1001);
      ServiceDoor first = doors.open(settings);
      first.ready("orders-1", 1002);
      await(() -> servers("orders"), "orders-1", "reserve-1");
      first.close();
      try (ServiceDoor again = doors.open(settings)) {
        again.gone("orders-1");
        await(() -> servers("orders"), "reserve-1");
      }
    }
  }

  private DoorSettings settings(
      String service, int priority, String backend, Set<String> sharing, Duration grace) {
    DoorConfig door = new DoorConfig(
        backend,
        null,
        DoorConfig.Protocol.HTTP,
        DoorConfig.Balance.ROUND_ROBIN,
        Duration.ZERO,
        null,
        false);
    HaproxyConfig where = new HaproxyConfig(List.of(haproxy.socket()), null);
    return new DoorSettings(service, priority, door, where, sharing, grace);
  }

  private interface Look {
    Set<String> now() throws IOException;
  }

  private Set<String> servers(String backend) throws IOException {
    return rows(backend, false);
  }

  private Set<String> draining(String backend) throws IOException {
    return rows(backend, true);
  }

  private Set<String> rows(String backend, boolean drained) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher rows = ROW.matcher(haproxy.ask("show servers state " + backend));
    while (rows.find()) {
      if (!drained || (Integer.parseInt(rows.group(3)) & DRAINS) != 0) {
        found.add(rows.group(2));
      }
    }
    return found;
  }

  private static void await(Look present, String... expected)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    Set<String> wanted = Set.of(expected);
    while (!present.now().equals(wanted) && System.nanoTime() - end < 0) {
      Thread.sleep(20);
    }
    assertThat(present.now()).containsExactlyInAnyOrder(expected);
  }
}
