// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code sinew run} from the outside: a process, its file, its API, its replicas. */
@Tag("run")
@Timeout(120)
class RunTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String SETTINGS = """
      replicas: {min: %d, max: 4}
      scale: [{metric: requests-per-replica, target: 60/s}]
      behavior:
        scale-in: {window: 2s, step: {replicas: 1, period: 1s}}
      """;

  @TempDir
  private Path folder = Path.of("");

  @Test
  void follows_the_load_out_and_in_without_a_failed_call() throws Exception {
    try (RunProcess sinew = started(2)) {
      try (SteadyLoad load = new SteadyLoad(registry(sinew) + "/orders", 60, 200)) {
        TimeUnit.SECONDS.sleep(2);
        load.rate(200);
        assertThat(sinew.awaitReady("orders", 4, PATIENCE)).as(said(sinew)).isTrue();
        load.rate(30);
        assertThat(sinew.awaitReady("orders", 2, PATIENCE)).as(said(sinew)).isTrue();
        load.stop();
        assertThat(load.failed()).as("%s", load.errors()).isZero();
      }
      JsonNode decisions = requireNonNull(sinew.get("/api/v1/services/orders/decisions?last=1000"));
      assertThat(decisions.get("decisions").size()).isGreaterThan(3);
    }
  }

  @Test
  void ends_on_sigterm_and_the_next_run_takes_the_replicas_over() throws Exception {
    try (RunProcess sinew = started(2)) {
      List<Long> before = sinew.replicas();
      assertThat(before).hasSize(2);
      sinew.signal("TERM");
      assertThat(sinew.await(Duration.ofSeconds(10))).isEqualTo(143);
      assertThat(sinew.printed("2 replicas go on serving", Duration.ofSeconds(1)))
          .isTrue();
      assertThat(sinew.replicas()).isEqualTo(before);
      sinew.run();
      assertThat(sinew.awaitReady("orders", 2, PATIENCE)).as(said(sinew)).isTrue();
      assertThat(sinew.replicas()).isEqualTo(before);
      sinew.signal("TERM");
      sinew.await(Duration.ofSeconds(10));
      sinew.start(List.of(), List.of("stop", "fleet.yaml"));
      assertThat(sinew.await(Duration.ofSeconds(30))).as(said(sinew)).isZero();
      assertThat(sinew.replicas()).isEmpty();
    }
  }

  @Test
  void a_second_controller_on_the_same_state_is_refused_in_one_line() throws Exception {
    try (RunProcess sinew = started(1)) {
      RunProcess other = new RunProcess(folder);
      other.run();
      assertThat(other.await(Duration.ofSeconds(20))).isEqualTo(2);
      assertThat(String.join("\n", other.output()))
          .contains("controller.state", "no other controller")
          .doesNotContain("\tat ");
      assertThat(sinew.number("orders", "ready")).isEqualTo(1);
    }
  }

  @Test
  void a_changed_file_takes_effect_and_a_bad_one_is_refused_and_shown() throws Exception {
    try (RunProcess sinew = started(1)) {
      List<Long> before = sinew.replicas();
      sinew.write(RunProcess.sample(folder, SETTINGS.formatted(9)));
      assertThat(sinew.printed("is refused.*replicas", PATIENCE))
          .as(said(sinew))
          .isTrue();
      JsonNode view = requireNonNull(sinew.get("/api/v1/controller"));
      assertThat(view.get("fileProblems").size()).isPositive();
      assertThat(sinew.replicas()).isEqualTo(before);
      sinew.write(RunProcess.sample(folder, SETTINGS.formatted(3)));
      assertThat(sinew.awaitReady("orders", 3, PATIENCE)).as(said(sinew)).isTrue();
      assertThat(sinew.replicas()).containsAll(before);
      assertThat(requireNonNull(sinew.get("/api/v1/controller"))
              .get("fileProblems")
              .size())
          .isZero();
    }
  }

  @Test
  void what_is_paused_stays_so_after_a_restart() throws Exception {
    try (RunProcess sinew = started(1)) {
      assertThat(command(sinew, "pause", "orders", "--why", "a migration", "--by", "ana"))
          .isZero();
      sinew.kill();
      sinew.write(RunProcess.sample(folder, SETTINGS.formatted(2)));
      sinew.run();
      assertThat(sinew.awaitReady("orders", 1, PATIENCE)).as(said(sinew)).isTrue();
      TimeUnit.SECONDS.sleep(2);
      JsonNode held = requireNonNull(sinew.get("/api/v1/services/orders"));
      assertThat(held.get("state").asString()).isEqualTo("paused");
      assertThat(held.get("hold").get("by").asString()).isEqualTo("ana");
      assertThat(held.get("desired").asInt()).isEqualTo(1);
      assertThat(command(sinew, "resume", "orders", "--why", "done")).isZero();
      assertThat(sinew.awaitReady("orders", 2, PATIENCE)).as(said(sinew)).isTrue();
    }
  }

  @Test
  void a_dry_run_decides_and_touches_nothing() throws Exception {
    try (RunProcess sinew = new RunProcess(folder)) {
      sinew.write(RunProcess.sample(folder, SETTINGS.formatted(2)));
      sinew.run("--dry-run");
      assertThat(sinew.printed("would go 0 → 2", PATIENCE)).as(said(sinew)).isTrue();
      TimeUnit.SECONDS.sleep(2);
      assertThat(sinew.replicas()).isEmpty();
      assertThat(folder.resolve(".sinew")).doesNotExist();
    }
  }

  @Test
  void a_dry_run_sees_the_fleet_of_the_controller_beside_it() throws Exception {
    try (RunProcess sinew = started(1)) {
      RunProcess dry = new RunProcess(folder);
      sinew.write(RunProcess.sample(folder, SETTINGS.formatted(3)));
      // The controller itself follows the file; paused, it does not, and the dry run differs.
      assertThat(command(sinew, "pause", "--all", "--why", "test")).isZero();
      try {
        dry.run("--dry-run");
        assertThat(dry.printed("would go [12] → 3", PATIENCE)).as(said(dry)).isTrue();
      } finally {
        dry.kill();
      }
    }
  }

  private RunProcess started(int replicas) throws IOException, InterruptedException {
    RunProcess sinew = new RunProcess(folder);
    sinew.write(RunProcess.sample(folder, SETTINGS.formatted(replicas)));
    sinew.run();
    assertThat(sinew.awaitReady("orders", replicas, PATIENCE)).as(said(sinew)).isTrue();
    assertThat(Files.exists(folder.resolve(".sinew"))).isTrue();
    return sinew;
  }

  private int command(RunProcess running, String... words) throws Exception {
    RunProcess command = new RunProcess(folder);
    command.start(List.of(), List.of(words));
    int status = command.await(Duration.ofSeconds(20));
    assertThat(running.alive()).isTrue();
    assertThat(status).as(said(command)).isZero();
    return status;
  }

  private static String registry(RunProcess sinew) throws IOException {
    return sinew.url().replace("http://", "consul://");
  }

  private static String said(RunProcess process) {
    return String.join("\n", process.output());
  }
}
