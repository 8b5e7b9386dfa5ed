// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.ConsulCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ConsulLeadershipTest {
  @Test
  void a_holder_without_a_plain_name_is_refused() {
    assertThatThrownBy(() -> ConsulLeadership.open("consul://127.0.0.1:1/sinew", "a b"))
        .hasMessage("holder: a b (expected: 1 to 100 of a-z A-Z 0-9 _ . -)");
  }

  @Test
  void one_that_is_not_started_or_alone_in_the_world_does_not_lead_and_closes() {
    try (ConsulLeadership idle = ConsulLeadership.open("consul://127.0.0.1:1/sinew", "a");
        ConsulLeadership alone = ConsulLeadership.open("consul://127.0.0.1:1/sinew", "b")) {
      alone.start();
      assertThat(idle.epoch()).isZero();
      assertThat(alone.isLeader()).isFalse();
    }
  }

  @Test
  @Tag("consul")
  void a_leader_that_closes_hands_over_at_once_and_the_epoch_grows() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev()) {
      long last = 0;
      List<ConsulLeadership> open = new ArrayList<>();
      for (String holder : List.of("a", "b", "a", "c")) {
        ConsulLeadership next = ConsulLeadership.open(target(agent), holder);
        next.start();
        open.add(next);
        if (open.size() == 2) {
          open.remove(0).close();
        }
        long began = System.nanoTime();
        await(next::isLeader, 20);
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(next.epoch()).isGreaterThan(last);
        last = next.epoch();
      }
      open.get(0).close();
    }
  }

  @Test
  @Tag("consul")
  void a_leader_whose_agent_stands_still_steps_down_before_another_can_lead() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev();
        ConsulLeadership leadership = ConsulLeadership.open(target(agent), "a")) {
      leadership.start();
      await(leadership::isLeader, 20);
      long epoch = leadership.epoch();
      agent.signal("STOP");
      long began = System.nanoTime();
      await(() -> !leadership.isLeader(), 5);
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_000));
      agent.signal("CONT");
      await(leadership::isLeader, 20);
      assertThat(leadership.epoch()).isGreaterThanOrEqualTo(epoch);
    }
  }

  @Test
  @Tag("consul")
  void the_epoch_grows_although_the_registry_has_lost_its_memory() throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev();
        ConsulLeadership leadership = ConsulLeadership.open(target(agent), "a", 1_000_000)) {
      leadership.start();
      await(leadership::isLeader, 20);
      long epoch = leadership.epoch();
      assertThat(epoch).isGreaterThan(1_000_000);
      agent.kill();
      await(() -> !leadership.isLeader(), 5);
      agent.start();
      agent.awaitLeader();
      await(() -> leadership.epoch() > epoch, 25);
    }
  }

  @Test
  void an_epoch_below_zero_is_refused() {
    assertThatThrownBy(() -> ConsulLeadership.open("consul://127.0.0.1:1/sinew", "a", -1))
        .hasMessage("greatest: -1 (expected: 0 or more)");
  }

  @Test
  @Tag("consul")
  void a_cluster_that_loses_its_leader_still_has_one_leader_of_ours() throws Exception {
    try (ConsulCluster cluster = ConsulCluster.start();
        ConsulLeadership leadership = ConsulLeadership.open(
            "consul://" + cluster.agents().get(0).authority() + ","
                + cluster.agents().get(1).authority() + "/sinew",
            "a")) {
      leadership.start();
      await(leadership::isLeader, 20);
      long epoch = leadership.epoch();
      cluster.agents().get(0).kill();
      await(() -> leadership.epoch() > epoch, 25);
    }
  }

  @Test
  @Tag("consul")
  void nothing_of_a_leader_that_was_stopped_is_applied_when_it_wakes() throws Exception {
    FencedTarget fleet = new FencedTarget();
    try (ConsulAgent agent = ConsulAgent.dev();
        Child a = new Child(target(agent), "a", fleet)) {
      await(() -> fleet.epoch("a") > 0, 30);
      long old = fleet.epoch("a");
      try (Child b = new Child(target(agent), "b", fleet)) {
        await(b::contends, 30);
        a.signal("STOP");
        long began = System.nanoTime();
        await(() -> fleet.epoch("b") > 0, 20);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        assertThat(millis).isLessThan(20_000);
        assertThat(fleet.epoch("b")).isGreaterThan(old);
        // What stood in the pipe was said before the stop.
        int said = fleet.by("a").size();
        a.signal("CONT");
        int seen = fleet.by("b").size();
        await(() -> fleet.by("b").size() > seen + 150, 20);
        List<FencedTarget.Action> after =
            fleet.by("a").subList(said, fleet.by("a").size());
        System.out.printf("consul: take_over_ms=%d attempts_of_the_old=%d%n", millis, after.size());
        // Only the one that was on its way between asking and acting.
        assertThat(after)
            .hasSizeLessThanOrEqualTo(1)
            .allMatch(action -> action.epoch() == old && !action.applied());
        assertThat(fleet.by("b")).allMatch(FencedTarget.Action::applied);
      }
      await(() -> fleet.epoch("a") > old, 20);
      List<FencedTarget.Action> all = fleet.by("a");
      assertThat(all.get(all.size() - 1).applied()).isTrue();
    }
  }

  private static String target(ConsulAgent agent) {
    return "consul://" + agent.authority() + "/sinew";
  }

  private static void await(BooleanSupplier condition, int seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(condition.getAsBoolean()).as("within %d s", seconds).isTrue();
  }

  /** A {@link Candidate} in a JVM of its own, which acts upon a target. */
  private static final class Child implements AutoCloseable {
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final Process process;

    Child(String target, String holder, FencedTarget fleet) throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      process = new ProcessBuilder(
              java,
              "-XX:TieredStopAtLevel=1",
              "-Xmx64m",
              "-cp",
              System.getProperty("java.class.path"),
              Candidate.class.getName(),
              target,
              holder)
          .start();
      read(
          process.inputReader(StandardCharsets.UTF_8),
          line -> fleet.act(holder, Long.parseLong(line)));
      BufferedReader errors = new BufferedReader(
          new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
      read(errors, log::add);
    }

    boolean contends() {
      return log.stream().anyMatch(line -> line.contains("state=candidate"));
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
          .start()
          .waitFor();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static void read(BufferedReader lines, java.util.function.Consumer<String> to) {
      Thread reader = new Thread(() -> lines.lines().forEach(to), "candidate-output");
      reader.setDaemon(true);
      reader.start();
    }
  }
}
