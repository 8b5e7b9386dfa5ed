// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo.system;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.process.Doorkeeper;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** A real server that tells the demo's loop how loaded its fleet is. */
public interface DemoSystem extends AutoCloseable {
  /** Who tells. */
  enum Kind {
    /** The replicas themselves, by ORCA load reports: no system at all. */
    ORCA,
    /** A Prometheus that scrapes the replicas. */
    PROMETHEUS,
    /** An HAProxy that the calls go through. */
    HAPROXY;

    /** As it is written: {@code orca}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Starts one.
   *
   * @param service the name of the demo's service
   * @param http the demo's HTTP server
   * @param registered where the service's replicas are found, as {@code consul://127.0.0.1:7979/orders}
   * @param logs folder for its output
   * @throws IOException if it is not on this machine or does not start; the message is for people
   */
  static DemoSystem start(Kind kind, String service, HttpServer http, String registered, Path logs)
      throws IOException, InterruptedException {
    return switch (kind) {
      case PROMETHEUS -> PrometheusSystem.start(service, http, registered, logs);
      case HAPROXY -> HaproxySystem.start(service, logs);
      case ORCA -> throw new IllegalArgumentException("kind: ORCA (expected: one with a server)");
    };
  }

  /** What it tells, with its own name for an origin. */
  SignalSource signals();

  /** The metrics that it can tell. */
  Set<Metric> tells();

  /** Who must know of replicas that come and go. */
  Doorkeeper doorkeeper();

  /**
   * A channel for the calls.
   *
   * @param registered where clients find the replicas by themselves
   */
  ManagedChannel client(String registered);

  /** One sentence for the beginning of the demo. */
  String introduction();

  /** What is wrong with it now, or empty. */
  String trouble();

  /** Ends the server. */
  @Override
  void close();
}
