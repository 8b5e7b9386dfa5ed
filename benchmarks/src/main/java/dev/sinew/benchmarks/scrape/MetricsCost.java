// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.scrape;

import dev.sinew.controller.api.ControllerServer;
import dev.sinew.grpc.observe.ServerObserver;
import dev.sinew.load.LoadReport;
import dev.sinew.metrics.SinewMetrics;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The command: processor time of a scrape, over HTTP from the same JVM, and of what a call adds to it.
 *
 * <p>Only the serving threads count. A server of 20 methods with 5 status codes each and a controller of
 * 10 services with 20 replicas each.
 */
public final class MetricsCost {
  private static final String TEXT = "text/plain;version=0.0.4";
  private static final String OPEN = "application/openmetrics-text;version=1.0.0";
  private static final String PROTOBUF = "application/vnd.google.protobuf;"
      + "proto=io.prometheus.client.MetricFamily;encoding=delimited";
  private static final List<Code> CODES = List.of(
      Code.OK, Code.UNAVAILABLE, Code.NOT_FOUND, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED);
  private static final int SCRAPES = 500;
  private static final long PAUSE_NANOS = 15_000_000;
  private static final int CALLS = 2_000_000;
  private static final long SEED = 1;

  private MetricsCost() {}

  /** Prints a table. */
  public static void main(String[] args) throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Set<String> methods = IntStream.range(0, 20)
        .mapToObj(i -> "shop.v1.Orders/Method" + i)
        .collect(Collectors.toSet());
    try (SinewMetrics metrics = SinewMetrics.serve(free)) {
      ServerObserver server = metrics.server(
          methods, () -> new LoadReport(0.5, 0.25, 0.1, 100, 0, 7, 1_000_000, 40, 2, false));
      calls(server, List.copyOf(methods));
      int port = Objects.requireNonNull(metrics.address()).getPort();
      URI url = URI.create("http://127.0.0.1:" + port + "/metrics");
      List<String> threads = List.of("sinew-metrics", "HTTP-Dispatcher");
      scrapes("server", url, threads);
    }
    try (ControllerServer controller =
        ControllerServer.open(new ControllerServer.Settings(free, null, List.of(), null))) {
      PretendedFleet fleet = new PretendedFleet(10, 20);
      controller.show(fleet);
      URI url = controller.url().resolve("/metrics");
      scrapes("controller", url, List.of("sinew-http", "HTTP-Dispatcher"));
    }
  }

  private static void scrapes(String what, URI url, List<String> threads) throws IOException {
    for (String accept : List.of(TEXT, OPEN, PROTOBUF)) {
      int bytes = 0;
      for (int round = 0; round < 3; round++) {
        long before = ThreadTimes.nanos(threads);
        int count = round == 0 ? 10 : SCRAPES;
        for (int i = 0; i < count; i++) {
          bytes = scrape(url, accept);
        }
        double millis = (ThreadTimes.nanos(threads) - before) / 1e6 / count;
        // The first ten run cold, the middle round warms up.
        if (round != 1) {
          print(
              "%-10s %-32s %-6s %6d bytes gzipped  %6.2f ms of processor per scrape%n",
              what,
              accept.substring(0, Math.min(32, accept.length())),
              round == 0 ? "cold" : "warm",
              bytes,
              millis);
        }
      }
    }
  }

  /** A controller lets one client address ask it 100 times a second. */
  private static int scrape(URI url, String accept) throws IOException {
    LockSupport.parkNanos(PAUSE_NANOS);
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setRequestProperty("Accept", accept);
    connection.setRequestProperty("Accept-Encoding", "gzip");
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes().length;
    }
  }

  /** What a call pays on the server: it is looked up when it arrives and counted when it ends. */
  private static void calls(ServerObserver server, List<String> methods) {
    SplittableRandom random = new SplittableRandom(SEED);
    long[] latencies = random.longs(4096, 100_000, 2_000_000_000L).toArray();
    for (int round = 0; round < 4; round++) {
      long bytes = ThreadTimes.allocated();
      long nanos = ThreadTimes.own();
      for (int i = 0; i < CALLS; i++) {
        server
            .call(methods.get(i % methods.size()))
            .ended(i % 16 == 0 ? CODES.get(i / 16 % CODES.size()) : Code.OK, latencies[i & 4095]);
      }
      print(
          "call       round %d: %5.0f ns of processor, %4.1f bytes allocated%n",
          round + 1,
          (double) (ThreadTimes.own() - nanos) / CALLS,
          (double) (ThreadTimes.allocated() - bytes) / CALLS);
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
