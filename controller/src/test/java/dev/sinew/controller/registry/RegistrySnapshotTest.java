// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RegistrySnapshotTest {
  private static final Instant NOW = Instant.parse("2026-11-22T14:00:00Z");
  private static final Duration TTL = Duration.ofSeconds(5);

  @TempDir
  Path folder;

  @Test
  void a_restored_store_tells_the_same_of_every_instance() {
    RegistryStore before = store(1000);
    before.register(service("orders", "1"), false, NOW);
    before.register(service("orders", "2"), false, NOW);
    before.update("check:1", Status.PASSING, "fine", NOW);
    RegistryStore after = restored(before, NOW.plusSeconds(3600));
    assertThat(after.service("orders").value())
        .isEqualTo(before.service("orders").value());
    assertThat(after.services().value()).isEqualTo(before.services().value());
  }

  @Test
  void each_ttl_begins_anew_and_then_runs_out() {
    RegistryStore before = store(1000);
    before.register(service("orders", "1"), false, NOW);
    before.update("check:1", Status.PASSING, "", NOW);
    Instant restart = NOW.plusSeconds(3600);
    RegistryStore after = restored(before, restart);
    after.tick(restart.plusMillis(4_999), false);
    assertThat(after.service("orders").value().get(0).passing()).isTrue();
    for (int millis = 4_999; millis <= 6_100; millis += 500) {
      after.tick(restart.plusMillis(millis), false);
    }
    assertThat(after.service("orders").value().get(0).passing()).isFalse();
  }

  @Test
  void a_restored_instance_beats_and_leaves_as_any_other() {
    RegistryStore before = store(1000);
    before.register(service("orders", "1"), false, NOW);
    RegistryStore after = restored(before, NOW);
    long index = after.index("orders");
    assertThat(after.update("check:1", Status.PASSING, "", NOW)).isTrue();
    assertThat(after.index("orders")).isGreaterThan(index);
    assertThat(after.deregister("1")).isTrue();
    assertThat(after.service("orders").value()).isEmpty();
    assertThat(after.update("check:1", Status.PASSING, "", NOW)).isFalse();
  }

  @Test
  void the_index_is_above_every_one_told_before_also_if_the_clock_is_set_back() {
    RegistryStore before = store(1_000_000);
    before.register(service("orders", "1"), false, NOW);
    long told = before.index("orders");
    assertThat(RegistrySnapshot.indexAfter(before.content(), Instant.ofEpochMilli(7)))
        .isGreaterThan(told + 50_000);
    assertThat(RegistrySnapshot.indexAfter(before.content(), NOW)).isEqualTo(NOW.toEpochMilli());
    assertThat(RegistrySnapshot.indexAfter(null, Instant.EPOCH)).isEqualTo(1);
  }

  @Test
  void a_change_is_on_disk_within_a_second_for_its_owner_only() throws Exception {
    Path file = folder.resolve("registry");
    RegistryStore store = store(1000);
    store.register(service("orders", "1"), false, NOW);
    try (RegistrySnapshot snapshot = new RegistrySnapshot(file, store::content)) {
      snapshot.changed();
      await(() -> Files.exists(file));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(RegistrySnapshot.read(file)).isEqualTo(store.content());
      assertThat(folder.toFile().list()).containsExactly("registry");
    }
  }

  @Test
  void what_was_not_written_yet_is_written_at_the_end() {
    Path file = folder.resolve("registry");
    RegistryStore store = store(1000);
    RegistrySnapshot snapshot = new RegistrySnapshot(file, store::content);
    store.register(service("orders", "1"), false, NOW);
    snapshot.changed();
    snapshot.close();
    assertThat(RegistrySnapshot.read(file)).isEqualTo(store.content());
  }

  @Test
  void a_damaged_file_is_ignored_wherever_it_is_damaged() throws IOException {
    Path file = folder.resolve("registry");
    RegistryStore store = store(1000);
    store.register(service("orders", "1"), false, NOW);
    RegistrySnapshot snapshot = new RegistrySnapshot(file, store::content);
    snapshot.changed();
    snapshot.close();
    byte[] whole = Files.readAllBytes(file);
    long seed = 20261122;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 40; i++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(damaged.length);
      if (i % 2 == 0) {
        damaged[at] ^= (byte) (1 + random.nextInt(255));
      } else {
        damaged = java.util.Arrays.copyOf(damaged, at);
      }
      Files.write(file, damaged);
      assertThat(RegistrySnapshot.read(file))
          .as("seed " + seed + ", damage " + i)
          .isNull();
    }
  }

  @Test
  void what_is_no_such_file_is_ignored() throws IOException {
    assertThat(RegistrySnapshot.read(folder.resolve("none"))).isNull();
    assertThat(RegistrySnapshot.read(folder)).isNull();
    assertThat(RegistrySnapshot.read(Files.createFile(folder.resolve("empty")))).isNull();
  }

  @Test
  void a_disk_that_takes_nothing_is_counted_and_the_last_good_file_stays() throws Exception {
    Path gone = folder.resolve("gone");
    RegistryStore store = store(1000);
    try (RegistrySnapshot snapshot =
        new RegistrySnapshot(gone.resolve("registry"), store::content)) {
      snapshot.changed();
      await(() -> snapshot.failures() == 1);
      Files.createDirectory(gone);
      store.register(service("orders", "1"), false, NOW);
    }
    assertThat(RegistrySnapshot.read(gone.resolve("registry"))).isEqualTo(store.content());
  }

  private static RegistryStore store(long firstIndex) {
    return new RegistryStore(firstIndex, key -> {});
  }

  private static RegistryStore restored(RegistryStore before, Instant now) {
    RegistryStore after = store(RegistrySnapshot.indexAfter(before.content(), now));
    after.restore(before.content().instances(), now);
    return after;
  }

  private static ServiceDefinition service(String name, String id) {
    CheckDefinition check =
        new CheckDefinition("check:" + id, "beat", "", TTL, Status.CRITICAL, Duration.ofMinutes(1));
    return new ServiceDefinition(
        id, name, List.of("v1"), Map.of("zone", "a"), "127.0.0.1", 7, 1, 1, List.of(check));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
