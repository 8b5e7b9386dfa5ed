// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.prometheus.faults.Lie;
import dev.sinew.prometheus.faults.LyingProxy;
import dev.sinew.prometheus.server.PrometheusServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sinew run} beside a real Prometheus that dies, stops, is lied about, and comes back. */
@Tag("prometheus")
@Timeout(240)
class RunPrometheusTest {
  private static final String NO_TARGETS = "global: {scrape_interval: 500ms}\n";
  private static final Pattern REPLICA = Pattern.compile("SINEW_REPLICA_ID=([^\0]+)\0");

  @TempDir
  private Path folder = Path.of("");

  @Test
  void without_prometheus_none_leaves_and_direct_reports_still_scale_out() throws Exception {
    try (PrometheusServer prometheus = PrometheusServer.start(NO_TARGETS);
        WatchedRun run = WatchedRun.start(folder, prometheus.http().toString())) {
      prometheus.reload(run.scraping());
      run.awaitKnown(true);
      run.load.rate(150);
      run.awaitReady(3);

      prometheus.kill();
      run.awaitKnown(false);
      run.awaitCounted("unreachable", 0);
      int held = run.assertKeepsWhileLoadFalls();
      assertThat(run.troubles()).contains("prometheus: ");
      assertThat(WatchedRun.status(folder)).contains("! prometheus: ");
      run.assertGrows(held, 300);
      prometheus.start();
      run.awaitKnown(true);

      double late = run.failures("late");
      prometheus.signal("STOP");
      run.awaitKnown(false);
      run.awaitCounted("late", late);
      held = run.assertKeepsWhileLoadFalls();
      run.assertGrows(held, 450);
      run.load.rate(30);
      prometheus.signal("CONT");
      run.awaitReady(2);
      assertThat(run.load.failed()).as("%s", run.load.errors()).isZero();
    }
  }

  @Test
  void no_lie_makes_a_replica_leave_and_one_that_is_dead_tells_nothing() throws Exception {
    try (PrometheusServer prometheus = PrometheusServer.start(NO_TARGETS);
        LyingProxy proxy = new LyingProxy(prometheus::query);
        WatchedRun run = WatchedRun.start(folder, proxy.address())) {
      prometheus.reload(run.scraping());
      run.load.rate(150);
      run.awaitReady(3);
      run.awaitKnown(true);

      run.load.rate(30);
      for (Lie lie : List.of(Lie.EMPTY, Lie.NAN, Lie.ABSURD, Lie.HTML, Lie.GZIP_BOMB)) {
        double before = run.failures(lie.failure.word());
        proxy.tell(lie);
        run.awaitCounted(lie.failure.word(), before);
        assertThat(run.sinew.number("orders", "desired")).as("%s", lie).isGreaterThan(2);
      }
      run.awaitKnown(false);
      run.assertGrows(run.assertKeepsWhileLoadFalls(), 300);
      run.load.rate(30);
      proxy.tell(null);
      run.awaitReady(2);

      assertLeavesNothing(run);
    }
  }

  /** Kills a replica, and looks into all that was known when the fleet grew afterwards. */
  private void assertLeavesNothing(WatchedRun run) throws Exception {
    run.awaitKnown(true);
    long victim = run.sinew.replicas().get(0);
    String id = replica(victim);
    assertThat(ProcessHandle.of(victim).map(ProcessHandle::destroyForcibly)).hasValue(true);
    Instant killed = Instant.now();
    run.await(() -> run.sinew.number("orders", "ready") == 2 && !shows(run, id), id + " replaced");
    run.await(() -> Instant.now().isAfter(killed.plus(WatchedRun.FRESHNESS)), "time");
    run.assertGrows(2, 220);

    List<Situation> all = situations();
    assertThat(all).anyMatch(situation -> tells(situation, id));
    List<Situation> after = all.stream()
        .filter(situation -> situation.now().isAfter(killed.plus(WatchedRun.FRESHNESS)))
        .toList();
    assertThat(after).noneMatch(situation -> tells(situation, id));
    assertThat(after).anyMatch(situation -> !told(situation).isEmpty());
    assertThat(all.stream().flatMap(situation -> told(situation).stream()))
        .filteredOn(signal -> id.equals(signal.replica()))
        .allMatch(signal -> signal.at().isBefore(killed.plusMillis(100)));
  }

  private static boolean shows(WatchedRun run, String id) {
    return String.valueOf(run.sinew.get("/api/v1/services/orders")).contains('"' + id + '"');
  }

  private List<Situation> situations() throws IOException {
    List<Situation> all = new ArrayList<>();
    new DecisionReader(folder.resolve(".sinew/fleet/services/orders/decisions")).read(entry -> {
      if (entry.record() instanceof Decided decided) {
        all.add(decided.situation());
      }
    });
    return all;
  }

  private static boolean tells(Situation situation, String replica) {
    return told(situation).stream().anyMatch(signal -> replica.equals(signal.replica()));
  }

  private static List<Signal> told(Situation situation) {
    return situation.signals().stream()
        .filter(signal -> signal.origin().equals("prometheus"))
        .toList();
  }

  private static String replica(long pid) throws IOException {
    String environment = Files.readString(
        Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
    Matcher matcher = REPLICA.matcher(environment);
    assertThat(matcher.find()).as(environment).isTrue();
    return matcher.group(1);
  }
}
