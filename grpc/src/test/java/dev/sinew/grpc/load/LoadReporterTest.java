// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static dev.sinew.grpc.ScriptedService.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import dev.sinew.grpc.Eventually;
import dev.sinew.grpc.ScriptedService;
import dev.sinew.grpc.SinewServerBuilder;
import dev.sinew.grpc.SinewServers;
import dev.sinew.grpc.orca.OpenRcaServiceGrpc;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(60)
final class LoadReporterTest {
  private static final java.time.Duration BOUND = java.time.Duration.ofSeconds(10);

  private final CountDownLatch release = new CountDownLatch(1);
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Server> servers = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    release.countDown();
    channels.forEach(ManagedChannel::shutdownNow);
    for (Server server : servers) {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void control_services_answer_at_once_while_all_workers_are_blocked_and_calls_queue()
      throws Exception {
    int port = start(builder(blocking()).workers(2));
    ManagedChannel calls = channel(port);
    ManagedChannel control = channel(port);
    HealthGrpc.newBlockingStub(control).check(HealthCheckRequest.getDefaultInstance());
    List<ListenableFuture<String>> queued = new ArrayList<>();
    for (int i = 0; i < 202; i++) {
      queued.add(future(calls));
    }
    Eventually.that("all have arrived", BOUND, () -> outOfBand(control).inFlight() == 202);

    long health = Long.MAX_VALUE;
    long orca = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long begun = System.nanoTime();
      HealthGrpc.newBlockingStub(calls)
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance());
      health = Math.min(health, System.nanoTime() - begun);
      begun = System.nanoTime();
      outOfBand(calls);
      orca = Math.min(orca, System.nanoTime() - begun);
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(health)).isLessThan(200);
    assertThat(TimeUnit.NANOSECONDS.toMillis(orca)).isLessThan(200);
    assertThat(queued).noneMatch(ListenableFuture::isDone);

    Eventually.that("full", BOUND, () -> outOfBand(control).utilization() > 0.99);
    Eventually.that("waits show", BOUND, () -> outOfBand(control).queueNanos() > 1_000_000_000L);
    release.countDown();
    Eventually.that(
        "all answered", BOUND, () -> queued.stream().allMatch(ListenableFuture::isDone));
    Eventually.that("idle", BOUND, () -> outOfBand(control).utilization() < 0.01);
    assertThat(outOfBand(control).inFlight()).isZero();
  }

  @Test
  void a_health_check_is_no_call() throws Exception {
    ManagedChannel channel = channel(start(builder(ScriptedService.echo())));
    for (int i = 0; i < 20; i++) {
      HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    }
    Eventually.that("known", BOUND, () -> outOfBand(channel).callsPerSecond() == 0);
    report(channel);
    Eventually.that("counted", BOUND, () -> outOfBand(channel).callsPerSecond() > 0);
  }

  @Test
  void a_handler_that_throws_still_sends_a_report_and_counts_as_an_error() throws Exception {
    ManagedChannel channel = channel(start(builder(ScriptedService.unary((request, answers) -> {
      throw new IllegalStateException("broken");
    }))));
    Metadata trailers = ScriptedService.trailers(channel);
    assertThat(OrcaReports.fromTrailers(trailers)).isNotNull();
    Eventually.that("an error is seen", BOUND, () -> outOfBand(channel).errorsPerSecond() > 0);
    LoadReport report = outOfBand(channel);
    assertThat(report.withinObjective()).isZero();
    assertThat(report.overObjective()).isZero();
  }

  @Test
  void an_answer_that_the_application_refuses_by_its_rules_is_no_error() throws Exception {
    ManagedChannel channel = channel(start(builder(ScriptedService.unary(
        (request, answers) -> answers.onError(Status.NOT_FOUND.asRuntimeException())))));
    Eventually.that("calls are seen", BOUND, () -> report(channel).callsPerSecond() > 0);
    assertThat(report(channel).errorsPerSecond()).isZero();
  }

  @Test
  void unary_answers_are_judged_by_the_objective_and_streams_are_not() throws Exception {
    ManagedChannel channel = channel(start(builder(ScriptedService.unary((request, answers) -> {
          long begun = System.nanoTime();
          while (request.equals("slow") && System.nanoTime() - begun < 60_000_000L) {
            LockSupport.parkNanos(1_000_000L);
          }
          ScriptedService.answer(request, answers);
        }))
        .latencyObjective(java.time.Duration.ofMillis(50))));
    ScriptedService.call(channel, "first, loads classes");
    ScriptedService.call(channel, "slow");
    Iterator<String> answers = ClientCalls.blockingServerStreamingCall(
        channel, ScriptedService.STREAM, CallOptions.DEFAULT, "stream");
    assertThat(answers.next()).isEqualTo("stream");
    Eventually.that("all is counted", BOUND, () -> {
      LoadReport report = outOfBand(channel);
      return report.inFlight() == 1 && report.overObjective() >= 1 && judged(report) == 2;
    });
  }

  @Test
  void processor_and_memory_become_known_by_themselves() throws Exception {
    ManagedChannel channel = channel(start(builder(ScriptedService.echo())));
    Eventually.that("cpu", BOUND, () -> report(channel).cpu() >= 0);
    LoadReport report = report(channel);
    assertThat(report.memory()).isBetween(0.0, 1.5);
    assertThat(report.utilization()).as("no workers").isEqualTo(report.cpu());
  }

  @Test
  void a_subscriber_gets_no_more_than_a_report_a_second() throws Exception {
    ManagedChannel channel = channel(start(builder(ScriptedService.echo())));
    List<Long> arrivals = new ArrayList<>();
    CountDownLatch three = new CountDownLatch(3);
    OpenRcaServiceGrpc.newStub(channel)
        .streamCoreMetrics(
            OrcaLoadReportRequest.newBuilder()
                .setReportInterval(Duration.newBuilder().setNanos(100_000_000))
                .build(),
            new StreamObserver<>() {
              @Override
              public void onNext(OrcaLoadReport report) {
                synchronized (arrivals) {
                  arrivals.add(System.nanoTime());
                }
                three.countDown();
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    assertThat(three.await(20, TimeUnit.SECONDS)).isTrue();
    synchronized (arrivals) {
      long two = arrivals.get(2) - arrivals.get(0);
      assertThat(TimeUnit.NANOSECONDS.toMillis(two)).isBetween(1_800L, 6_000L);
    }
  }

  private ScriptedService blocking() {
    return ScriptedService.unary((request, answers) -> {
      try {
        assertThat(release.await(50, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      ScriptedService.answer(request, answers);
    });
  }

  private static SinewServerBuilder builder(ScriptedService service) {
    return SinewServers.install(NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service))
        .onSigterm(false);
  }

  private int start(SinewServerBuilder builder) throws Exception {
    Server server = builder.build().start();
    servers.add(server);
    return server.getPort();
  }

  private ManagedChannel channel(int port) {
    ManagedChannel channel = Grpc.newChannelBuilder(
            "127.0.0.1:" + port, InsecureChannelCredentials.create())
        .build();
    channels.add(channel);
    return channel;
  }

  private static ListenableFuture<String> future(ManagedChannel channel) {
    return ClientCalls.futureUnaryCall(
        channel.newCall(
            ScriptedService.UNARY, CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.SECONDS)),
        "queued");
  }

  /** The first report of a stream that is then cancelled: a server bears a bounded number of them. */
  private static LoadReport outOfBand(ManagedChannel channel) {
    Context.CancellableContext once = Context.current().withCancellation();
    Context before = once.attach();
    try {
      return OrcaReports.fromOrca(OpenRcaServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .streamCoreMetrics(OrcaLoadReportRequest.getDefaultInstance())
          .next());
    } finally {
      once.detach(before);
      once.cancel(null);
    }
  }

  private static long judged(LoadReport report) {
    return report.withinObjective() + report.overObjective();
  }
}
