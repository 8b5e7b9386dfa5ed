// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.controller.dashboard.LiveEvent;
import dev.sinew.controller.dashboard.LiveHistory;
import dev.sinew.controller.dashboard.LivePage;
import dev.sinew.controller.dashboard.LivePoint;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.dashboard.ReportHtml;
import dev.sinew.controller.dashboard.RunInfo;
import dev.sinew.controller.load.CallRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A demo on its live page, and afterwards in a file. */
final class DemoPage implements AutoCloseable {
  /** What servers count as on time unless they are told otherwise. */
  private static final double OBJECTIVE_MILLIS = 200;

  private static final double SHORTEST_STEP = 0.9;

  private final LiveHistory history;
  private final LivePage page;
  private CallRecorder.Recent last = new CallRecorder.Recent(0, 0, 0, Double.NaN, Double.NaN);
  private double lastSeconds;
  private int decisionsShown;

  private DemoPage(HttpServer server, Instant startedAt) {
    history = new LiveHistory(info(startedAt));
    page = LivePage.start(server, history);
  }

  /** Serves the page of a run that begins now. */
  static DemoPage start(HttpServer server, Instant startedAt) {
    return new DemoPage(server, startedAt);
  }

  /** Shows the present; a point is added about once a second. */
  void show(double atSeconds, Replicas replicas, CallRecorder.Recent calls, List<ReplicaRow> rows) {
    double seconds = atSeconds - lastSeconds;
    if (seconds < SHORTEST_STEP) {
      return;
    }
    history.add(new LivePoint(
        atSeconds,
        (calls.offered() - last.offered()) / seconds,
        (calls.ok() - last.ok()) / seconds,
        (calls.failed() - last.failed()) / seconds,
        calls.p50Millis(),
        calls.p99Millis(),
        replicas.desired(),
        replicas.ready(),
        replicas.in(Replica.State.STARTING).size(),
        replicas.in(Replica.State.DRAINING).size()));
    history.replicas(rows);
    lastSeconds = atSeconds;
    last = calls;
  }

  void event(LiveEvent event) {
    history.add(event);
  }

  /** Shows those decisions that were not shown yet. */
  void decisions(List<DemoResult.Decision> all) {
    all.subList(decisionsShown, all.size()).forEach(d -> history.add(DemoStory.event(d)));
    decisionsShown = all.size();
  }

  @Override
  public void close() {
    page.close();
  }

  /** Writes a run as one file that needs no network. */
  static void write(DemoStory story, Path file) throws IOException {
    DemoResult result = story.result();
    LiveHistory history = new LiveHistory(info(story.startedAt()));
    result.series().forEach(second -> history.add(point(second)));
    history.replicas(story.replicas());
    story.inOrder().forEach(history::add);
    Files.writeString(file, ReportHtml.of(history, DemoSummary.facts(result)));
  }

  private static LivePoint point(DemoResult.Second second) {
    return new LivePoint(
        second.second() + 1.0,
        second.offered(),
        second.ok(),
        second.failed(),
        second.p50Millis() == null ? Double.NaN : second.p50Millis(),
        second.p99Millis() == null ? Double.NaN : second.p99Millis(),
        second.desired(),
        second.ready(),
        second.starting(),
        second.draining());
  }

  private static RunInfo info(Instant startedAt) {
    Map<String, String> machine = new LinkedHashMap<>();
    Machine.describe().forEach((name, value) -> machine.put(name, value.toString()));
    return new RunInfo(
        UUID.randomUUID().toString(),
        "Sinew demo",
        DemoFleet.SERVICE,
        startedAt,
        OBJECTIVE_MILLIS,
        DemoSettings.MIN_REPLICAS,
        DemoSettings.MAX_REPLICAS,
        machine,
        Machine.versions());
  }
}
