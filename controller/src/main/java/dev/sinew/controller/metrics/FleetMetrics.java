// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import com.sun.net.httpserver.HttpExchange;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import dev.sinew.controller.http.Replies;
import dev.sinew.metrics.Exposition;
import dev.sinew.metrics.MetricSpec;
import dev.sinew.metrics.SampleCollector;
import dev.sinew.metrics.Samples;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The controller's metrics, {@code GET /metrics}. */
public final class FleetMetrics {
  private static final MetricSpec REPLICAS = MetricSpec.gauge(
      "sinew_replicas",
      "replicas",
      "Replicas (state ready, starting, draining).",
      "service",
      "state");
  private static final MetricSpec DESIRED =
      MetricSpec.gauge("sinew_replicas_desired", "replicas", "Replicas decided on.", "service");
  private static final MetricSpec MIN =
      MetricSpec.gauge("sinew_replicas_min", "replicas", "The fewest replicas allowed.", "service");
  private static final MetricSpec MAX =
      MetricSpec.gauge("sinew_replicas_max", "replicas", "The most replicas allowed.", "service");
  private static final MetricSpec DECISIONS = MetricSpec.counter(
      "sinew_scale_decisions_total",
      "decisions",
      "Decisions that changed the number (direction out, in).",
      "service",
      "direction");
  private static final MetricSpec SIGNAL_FAILURES = MetricSpec.counter(
      "sinew_signal_failures_total",
      "failures",
      "Answers of a source of signals that were not used or did not come.",
      "service",
      "source",
      "reason");
  private static final MetricSpec SIGNAL_AGE = MetricSpec.gauge(
      "sinew_signal_age_seconds",
      "seconds",
      "Since a source of signals said the latest thing that was used.",
      "service",
      "source");
  private static final MetricSpec SIGNAL_KNOWN = MetricSpec.gauge(
      "sinew_signal_known",
      "0 or 1",
      "Whether a source of signals has something fresh to say.",
      "service",
      "source");
  private static final MetricSpec HELD = MetricSpec.gauge(
      "sinew_service_held", "0 or 1", "Whether somebody holds the number (a pause).", "service");
  private static final MetricSpec FAILED = MetricSpec.gauge(
      "sinew_service_failed", "0 or 1", "Whether the service's loop fails.", "service");
  private static final MetricSpec CALLS = MetricSpec.gauge(
      "sinew_service_calls_per_second",
      "calls per second",
      "Calls arriving at all replicas, as they report them.",
      "service");
  private static final MetricSpec ERRORS = MetricSpec.gauge(
      "sinew_service_errors_per_second",
      "calls per second",
      "Calls that replicas failed, as they report them.",
      "service");
  private static final MetricSpec IN_FLIGHT = MetricSpec.gauge(
      "sinew_service_in_flight", "calls", "Calls in progress at all replicas.", "service");
  private static final MetricSpec UTILIZATION = MetricSpec.gauge(
      "sinew_service_utilization_ratio",
      "ratio",
      "Mean utilization of the replicas that report.",
      "service");
  private static final MetricSpec LOG_FAILURES = MetricSpec.counter(
      "sinew_decision_log_failures_total",
      "records",
      "Records of the decision log that could not be written.",
      "service");
  private static final MetricSpec BUILD =
      MetricSpec.info("sinew_build_info", "The program that runs.", "version");

  private static final List<MetricSpec> ALL = List.of(
      REPLICAS,
      DESIRED,
      MIN,
      MAX,
      DECISIONS,
      SIGNAL_FAILURES,
      SIGNAL_AGE,
      SIGNAL_KNOWN,
      HELD,
      FAILED,
      CALLS,
      ERRORS,
      IN_FLIGHT,
      UTILIZATION,
      LOG_FAILURES,
      BUILD);

  private final Supplier<Optional<FleetView>> fleet;
  private final InstantSource clock;
  private final DecisionCounts decisions = new DecisionCounts();
  private final Exposition exposition;

  /** The metrics of a fleet; there may be none yet. */
  public FleetMetrics(Supplier<Optional<FleetView>> fleet, InstantSource clock) {
    this.fleet = fleet;
    this.clock = clock;
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new SampleCollector(ALL, this::collect));
    this.exposition = new Exposition(registry);
  }

  /** Every metric of the controller. */
  public static List<MetricSpec> catalogue() {
    return ALL;
  }

  /** To be called once a second, so that no decision goes uncounted. */
  public void record(FleetView shown) {
    decisions.look(shown);
  }

  /** Answers a scrape; 503 before there is a fleet. */
  public void handle(HttpExchange exchange) {
    if (!exchange.getRequestURI().getRawPath().equals("/metrics")) {
      Replies.text(exchange, 404, "not found");
    } else if (fleet.get().isEmpty()) {
      Replies.text(exchange, 503, "controller: starting (expected: its fleet, soon)");
    } else {
      Exposition.Answer answer = exposition.answer(
          exchange.getRequestHeaders().getFirst("Accept"),
          exchange.getRequestHeaders().getFirst("Accept-Encoding"));
      if (answer.gzip()) {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      }
      Replies.send(exchange, 200, answer.contentType(), answer.body());
    }
  }

  private void collect(Samples to) {
    Optional<FleetView> shown = fleet.get();
    if (shown.isEmpty()) {
      return;
    }
    FleetView now = shown.get();
    to.add(BUILD, true, now.controller().version());
    now.services().forEach(service -> collect(service, to));
    now.logFailures()
        .forEach((service, failures) -> to.add(LOG_FAILURES, failures.doubleValue(), service));
    Instant at = clock.instant();
    now.sources().forEach(source -> collect(source, at, to));
  }

  private void collect(ServiceView service, Samples to) {
    String name = service.name();
    to.add(MIN, service.min(), name);
    to.add(MAX, service.max(), name);
    to.add(HELD, service.hold() != null, name);
    to.add(FAILED, service.state().equals("failed"), name);
    to.add(DECISIONS, (double) decisions.out(name), name, "out");
    to.add(DECISIONS, (double) decisions.in(name), name, "in");
    // While its parts are not open nothing is known of its replicas, and a 0 would be a guess.
    boolean open = !service.state().equals("starting")
        && (!service.state().equals("failed") || service.desired() + service.ready() > 0);
    if (open) {
      to.add(DESIRED, service.desired(), name);
      to.add(REPLICAS, service.ready(), name, "ready");
      to.add(REPLICAS, service.starting(), name, "starting");
      to.add(REPLICAS, service.draining(), name, "draining");
    }
    to.add(CALLS, service.callsPerSecond(), name);
    to.add(ERRORS, service.errorsPerSecond(), name);
    to.add(IN_FLIGHT, service.inFlight(), name);
    to.add(UTILIZATION, service.utilization(), name);
  }

  private static void collect(SourceStatus source, Instant now, Samples to) {
    to.add(SIGNAL_KNOWN, source.known(), source.service(), source.source());
    source
        .failures()
        .forEach((reason, count) -> to.add(
            SIGNAL_FAILURES, count.doubleValue(), source.service(), source.source(), reason));
    Instant lastGood = source.lastGood();
    if (lastGood != null) {
      // A clock that was set back makes no negative age, which would be unknown.
      double age = Math.max(0, Duration.between(lastGood, now).toMillis() / 1e3);
      to.add(SIGNAL_AGE, age, source.service(), source.source());
    }
  }
}
