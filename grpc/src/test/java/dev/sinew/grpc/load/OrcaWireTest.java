// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.grpc.Eventually;
import dev.sinew.grpc.ScriptedService;
import dev.sinew.grpc.SinewServers;
import dev.sinew.grpc.orca.OpenRcaServiceGrpc;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.services.CallMetricRecorder;
import io.grpc.services.MetricRecorder;
import io.grpc.services.MetricReport;
import io.grpc.stub.ClientCalls;
import io.grpc.xds.orca.OrcaMetricReportingServerInterceptor;
import io.grpc.xds.orca.OrcaPerRequestUtil;
import io.grpc.xds.orca.OrcaServiceImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our form of ORCA against the one of grpc-xds, both ways, in both forms. */
@Tag("grpc")
@Timeout(60)
final class OrcaWireTest {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void every_field_of_theirs_is_read_by_us() throws Exception {
    byte[] theirs = io.grpc.xds.shaded.com.github.xds.data.orca.v3.OrcaLoadReport.newBuilder()
        .setCpuUtilization(0.1)
        .setMemUtilization(0.2)
        .setRpsFractional(30)
        .setEps(4)
        .setApplicationUtilization(0.5)
        .putRequestCost("cost", 6)
        .putUtilization("disk", 0.7)
        .putNamedMetrics("sinew.in_flight", 8)
        .build()
        .toByteArray();
    OrcaLoadReport read = OrcaLoadReport.parseFrom(theirs);
    assertThat(read.getRequestCostMap()).containsEntry("cost", 6.0);
    assertThat(read.getUtilizationMap()).containsEntry("disk", 0.7);
    assertThat(read.getUnknownFields().asMap()).isEmpty();
    assertThat(OrcaReports.fromOrca(read))
        .isEqualTo(new LoadReport(0.5, 0.1, 0.2, 30, 4, 8, -1, -1, -1, false));
  }

  @Test
  void every_field_of_ours_is_read_by_them() throws Exception {
    LoadReport ours = new LoadReport(0.5, 0.1, 0.2, 30, 4, 8, 1_500_000_000L, 9, 10, true);
    var read = io.grpc.xds.shaded.com.github.xds.data.orca.v3.OrcaLoadReport.parseFrom(
        OrcaReports.toOrca(ours).toByteArray());
    assertThat(read.getApplicationUtilization()).isEqualTo(0.5);
    assertThat(read.getCpuUtilization()).isEqualTo(0.1);
    assertThat(read.getMemUtilization()).isEqualTo(0.2);
    assertThat(read.getRpsFractional()).isEqualTo(30);
    assertThat(read.getEps()).isEqualTo(4);
    assertThat(read.getNamedMetricsMap())
        .containsEntry("sinew.in_flight", 8.0)
        .containsEntry("sinew.queue_seconds", 1.5)
        .containsEntry("sinew.within_objective", 9.0)
        .containsEntry("sinew.over_objective", 10.0)
        .containsEntry("sinew.draining", 1.0);
    assertThat(read.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void their_client_reads_the_trailers_and_the_stream_of_our_server() throws Exception {
    Server server = SinewServers.install(
            NettyServerBuilder.forAddress(LOOPBACK).addService(ScriptedService.echo()))
        .onSigterm(false)
        .build()
        .start();
    ManagedChannel channel = channel(server);
    try {
      Eventually.that("calls are in their report", BOUND, () -> {
        MetricReport report = theirReport(channel);
        return report.getQps() > 0 && report.getMemoryUtilization() > 0;
      });
      assertThat(theirReport(channel).getNamedMetrics()).containsKey("sinew.in_flight");
      var streamed =
          io.grpc.xds.shaded.com.github.xds.service.orca.v3.OpenRcaServiceGrpc.newBlockingStub(
                  channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .streamCoreMetrics(io.grpc.xds.shaded.com.github.xds.service.orca.v3
                  .OrcaLoadReportRequest.getDefaultInstance());
      assertThat(streamed.next().getRpsFractional()).isGreaterThan(0);
      assertThat(streamed.next().getMemUtilization()).isGreaterThan(0);
    } finally {
      stop(server, channel);
    }
  }

  @Test
  void our_client_reads_the_trailers_and_the_stream_of_their_server() throws Exception {
    MetricRecorder recorder = MetricRecorder.newInstance();
    recorder.setApplicationUtilizationMetric(0.5);
    recorder.setCpuUtilizationMetric(0.25);
    recorder.setMemoryUtilizationMetric(0.125);
    recorder.setQpsMetric(100);
    recorder.setEpsMetric(1);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    Server server = NettyServerBuilder.forAddress(LOOPBACK)
        .addService(ScriptedService.unary((request, answers) -> {
          CallMetricRecorder.getCurrent().recordNamedMetric("sinew.in_flight", 3);
          ScriptedService.answer(request, answers);
        }))
        .addService(OrcaServiceImpl.createService(timer, recorder, 1, TimeUnit.SECONDS))
        .intercept(OrcaMetricReportingServerInterceptor.create(recorder))
        .build()
        .start();
    ManagedChannel channel = channel(server);
    try {
      assertThat(ScriptedService.report(channel))
          .isEqualTo(new LoadReport(0.5, 0.25, 0.125, 100, 1, 3, -1, -1, -1, false));
      OrcaLoadReport streamed = OpenRcaServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .streamCoreMetrics(OrcaLoadReportRequest.getDefaultInstance())
          .next();
      assertThat(OrcaReports.fromOrca(streamed))
          .isEqualTo(new LoadReport(0.5, 0.25, 0.125, 100, 1, -1, -1, -1, -1, false));
    } finally {
      stop(server, channel);
      timer.shutdownNow();
    }
  }

  private static MetricReport theirReport(ManagedChannel channel) {
    AtomicReference<@Nullable MetricReport> received = new AtomicReference<>();
    ClientCalls.blockingUnaryCall(
        channel,
        ScriptedService.UNARY,
        CallOptions.DEFAULT
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .withStreamTracerFactory(
                OrcaPerRequestUtil.getInstance().newOrcaClientStreamTracerFactory(received::set)),
        "theirs");
    MetricReport report = received.get();
    if (report == null) {
      throw new AssertionError("no report");
    }
    return report;
  }

  private static ManagedChannel channel(Server server) {
    return Grpc.newChannelBuilder(
            "127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
        .build();
  }

  private static void stop(Server server, ManagedChannel channel) throws InterruptedException {
    channel.shutdownNow();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }
}
