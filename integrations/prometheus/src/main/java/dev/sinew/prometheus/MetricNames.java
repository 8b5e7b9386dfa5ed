// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.autoscaler.signal.Metric;
import java.util.function.BiConsumer;

/**
 * Expressions for the metric names of the systems that are known.
 *
 * <p>Where a target is of a replica, its scrape gives it the labels {@code service} and {@code replica}.
 * A replica that two jobs scrape counts once. Rates are taken of each counter and summed then, because
 * the sum of counters falls whenever one vanishes. A counter without a series is 0 only where the
 * replica shows by another metric of the same scrape that it is there and has none yet.
 */
final class MetricNames {
  private static final String OF_SERVICE = "service=\"$service\"";
  // What a server counts as its own failure; a shed call (RESOURCE_EXHAUSTED) is demand.
  private static final String FAILURES =
      "=~\"UNKNOWN|INTERNAL|UNAVAILABLE|DATA_LOSS|DEADLINE_EXCEEDED\"";

  private MetricNames() {}

  static void sinew(BiConsumer<Metric, String> tells) {
    String calls = "sinew_server_calls_total{" + OF_SERVICE + "}";
    String idle = gauge("sinew_server_in_flight") + " == 0 unless on (replica) " + calls;
    // The counter is of calls that ended. Those that arrived are more while more and more are in
    // flight.
    String ended = "sum by (replica, job, instance) (rate(" + calls + "[$window]))";
    String growth = "sum by (replica, job, instance) (clamp_min(deriv(sinew_server_in_flight{"
        + OF_SERVICE + "}[$window]), 0))";
    String rate =
        "max by (replica) (" + ended + " + " + growth + " or " + ended + ") or (" + idle + ")";
    String failed = rate("sinew_server_calls_total{" + OF_SERVICE + ",code" + FAILURES + "}");
    tells.accept(Metric.CALLS_PER_SECOND, rate);
    tells.accept(Metric.ERRORS_PER_SECOND, failed + " or 0 * (" + rate + ")");
    tells.accept(Metric.UTILIZATION, gauge("sinew_server_utilization_ratio"));
    tells.accept(Metric.CPU, gauge("sinew_server_cpu_ratio"));
    tells.accept(Metric.MEMORY, gauge("sinew_server_memory_ratio"));
    tells.accept(Metric.IN_FLIGHT, gauge("sinew_server_in_flight"));
    tells.accept(Metric.QUEUE_SECONDS, gauge("sinew_server_queue_seconds"));
  }

  static void grpc(BiConsumer<Metric, String> tells) {
    String methods = "grpc_method!~\"(grpc.(channelz|health|reflection).*|xds.service.orca.*)/.*\"";
    String rate = rate("grpc_server_call_started_total{" + OF_SERVICE + "," + methods + "}");
    String failed = rate("grpc_server_call_duration_seconds_count{" + OF_SERVICE + "," + methods
        + ",grpc_status" + FAILURES + "}");
    tells.accept(Metric.CALLS_PER_SECOND, rate);
    tells.accept(Metric.ERRORS_PER_SECOND, failed + " or 0 * " + rate);
  }

  static void micrometer(BiConsumer<Metric, String> tells) {
    String requests = "http_server_requests_seconds_count{" + OF_SERVICE + ",uri!~\"/actuator.*\"";
    String idle = "0 * " + gauge("process_cpu_usage") + " unless on (replica) " + requests + "}";
    String rate = rate(requests + "}") + " or (" + idle + ")";
    tells.accept(Metric.CALLS_PER_SECOND, rate);
    tells.accept(
        Metric.ERRORS_PER_SECOND, rate(requests + ",status=~\"5..\"}") + " or 0 * (" + rate + ")");
    tells.accept(Metric.CPU, gauge("process_cpu_usage"));
    // A pool without a limit of its own says -1.
    String heap = "{" + OF_SERVICE + ",area=\"heap\"}";
    String each = "sum by (replica, job, instance) ";
    tells.accept(
        Metric.MEMORY,
        "max by (replica) (" + each + "(jvm_memory_used_bytes" + heap + ") / " + each
            + "(jvm_memory_max_bytes" + heap + " > 0))");
  }

  static void envoy(BiConsumer<Metric, String> tells) {
    String of = "{envoy_cluster_name=\"$service\"";
    String rate = total("envoy_cluster_upstream_rq_total" + of + "}");
    tells.accept(Metric.CALLS_PER_SECOND, rate);
    tells.accept(
        Metric.ERRORS_PER_SECOND,
        total("envoy_cluster_upstream_rq_xx" + of + ",envoy_response_code_class=\"5\"}")
            + " or 0 * " + rate);
  }

  private static String gauge(String name) {
    return "max by (replica) (" + name + "{" + OF_SERVICE + "})";
  }

  private static String rate(String counter) {
    return "max by (replica) (sum by (replica, job, instance) (rate(" + counter + "[$window])))";
  }

  private static String total(String counter) {
    return "sum(max by (instance) (sum by (instance, job) (rate(" + counter + "[$window]))))";
  }
}
