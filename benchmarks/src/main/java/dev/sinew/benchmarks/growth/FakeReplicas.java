// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import dev.sinew.grpc.orca.OpenRcaServiceGrpc.OpenRcaServiceImplBase;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.grpc.orca.OrcaReports;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Any number of pretended replicas in one process: each stream of load reports is one of them.
 *
 * <p>As a real replica does, it reports at once and then every second from then on. It listens at a few
 * ports with long queues, since that many connections at once at one port are no replica's lot.
 */
final class FakeReplicas implements AutoCloseable {
  private static final int PORTS = 8;
  private static final int BACKLOG = 4096;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong seeds;
  private final Server server;

  private FakeReplicas(long seed) throws IOException {
    seeds = new AtomicLong(seed);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(anyPort());
    for (int more = 1; more < PORTS; more++) {
      builder.addListenAddress(anyPort());
    }
    server = builder
        .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
        .directExecutor()
        .addService(new Reports())
        .build()
        .start();
  }

  /** Starts to listen. */
  static FakeReplicas start(long seed) throws IOException {
    return new FakeReplicas(seed);
  }

  /** Prints its ports and reports until its input ends. */
  public static void main(String[] args) throws IOException {
    try (FakeReplicas replicas = start(Long.parseLong(args[0]))) {
      System.out.println(
          replicas.ports().stream().map(String::valueOf).collect(Collectors.joining(",")));
      while (System.in.read() >= 0) {
        // Whatever comes, only the end counts: a parent that dies takes this process with it.
      }
    }
  }

  List<Integer> ports() {
    return server.getListenSockets().stream()
        .map(socket -> ((InetSocketAddress) socket).getPort())
        .toList();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    server.shutdownNow();
  }

  private static SocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private final class Reports extends OpenRcaServiceImplBase {
    @Override
    public void streamCoreMetrics(
        OrcaLoadReportRequest request, StreamObserver<OrcaLoadReport> answers) {
      MovingLoad load = new MovingLoad(new Random(seeds.incrementAndGet()));
      ServerCallStreamObserver<OrcaLoadReport> observer =
          (ServerCallStreamObserver<OrcaLoadReport>) answers;
      Future<?> task =
          timer.scheduleAtFixedRate(() -> report(load, observer), 0, 1, TimeUnit.SECONDS);
      observer.setOnCancelHandler(() -> task.cancel(false));
    }

    private void report(MovingLoad load, ServerCallStreamObserver<OrcaLoadReport> observer) {
      OrcaLoadReport report =
          OrcaReports.toOrca(load.next(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now())));
      if (observer.isReady()) {
        observer.onNext(report);
      }
    }
  }
}
