// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.grpc.SinewServers;
import dev.sinew.grpc.orca.OpenRcaServiceGrpc.OpenRcaServiceImplBase;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.load.LoadReport;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.services.MetricRecorder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.grpc.xds.orca.OrcaServiceImpl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(60)
final class OrcaSignalSourceTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final List<AutoCloseable> resources = new ArrayList<>();
  private final ListedEndpoints endpoints = new ListedEndpoints();
  private final AtomicReference<Instant> clock = new AtomicReference<>(START);

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }

  @Test
  void every_replica_of_ours_gives_all_signals() throws Exception {
    endpoints.list(endpoint("a", ours()), endpoint("b", ours()));
    OrcaSignalSource source = watch(InstantSource.system());
    eventually("all signals of both", () -> signals(source, Instant.now()).size() == 14);
    assertThat(signals(source, Instant.now()).stream()
            .filter(signal -> signal.metric() == Metric.CALLS_PER_SECOND))
        .extracting(Signal::replica, Signal::value)
        .containsExactlyInAnyOrder(tuple("a", 0.0), tuple("b", 0.0));
    assertThat(source.reports()).containsOnlyKeys("a", "b");
    assertThat(source.stats().reports()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void a_server_of_grpc_xds_gives_the_signals_that_it_knows() throws Exception {
    MetricRecorder recorder = MetricRecorder.newInstance();
    recorder.setCpuUtilizationMetric(0.25);
    recorder.setQpsMetric(100);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    resources.add(timer::shutdownNow);
    endpoints.list(endpoint(
        "x", serve(0, OrcaServiceImpl.createService(timer, recorder, 1, TimeUnit.SECONDS))));
    OrcaSignalSource source = watch(clock::get);
    eventually("signals", () -> !signals(source, START).isEmpty());
    assertThat(signals(source, START))
        .containsExactlyInAnyOrder(
            new Signal(Metric.CPU, "x", 0.25, START),
            new Signal(Metric.CALLS_PER_SECOND, "x", 100, START),
            new Signal(Metric.ERRORS_PER_SECOND, "x", 0, START));
    recorder.setQpsMetric(300);
    eventually("the next report", () -> report(source, "x").callsPerSecond() == 300);
  }

  @Test
  void a_replica_that_leaves_is_not_watched_any_more() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    Server leaving = serve(0, service(answers -> {
      ((ServerCallStreamObserver<OrcaLoadReport>) answers).setOnCancelHandler(cancelled::countDown);
      answers.onNext(cpu(0.5));
    }));
    endpoints.list(endpoint("a", ours()), endpoint("b", leaving));
    OrcaSignalSource source = watch(InstantSource.system());
    eventually("both", () -> source.reports().size() == 2);
    endpoints.list(endpoint("a", leaving));
    eventually("moved", () -> source.stats().replicas() == 1);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    eventually("a is another one", () -> report(source, "a").cpu() == 0.5);
    assertThat(source.reports()).containsOnlyKeys("a");
  }

  @Test
  void a_report_is_believed_for_three_intervals() throws Exception {
    endpoints.list(endpoint("a", serve(0, service(answers -> answers.onNext(cpu(0.5))))));
    OrcaSignalSource source = watch(clock::get);
    eventually("signals", () -> !signals(source, START).isEmpty());
    assertThat(signals(source, START.plusSeconds(3))).hasSize(1);
    assertThat(source.stats().stale()).isZero();
    assertThat(signals(source, START.plusMillis(3001))).isEmpty();
    assertThat(signals(source, START.plusMillis(3002))).isEmpty();
    assertThat(source.stats().stale()).isEqualTo(1);
    clock.set(START.plusSeconds(4));
    assertThat(source.reports()).isEmpty();
  }

  @Test
  void implausible_values_are_counted_and_are_no_signals() throws Exception {
    endpoints.list(endpoint(
        "a",
        serve(
            0,
            service(answers -> answers.onNext(cpu(0.5).toBuilder()
                .setRpsFractional(Double.NaN)
                .setMemUtilization(-3)
                .build())))));
    OrcaSignalSource source = watch(clock::get);
    eventually("rejected", () -> source.stats().rejected() == 1);
    assertThat(signals(source, START)).containsExactly(new Signal(Metric.CPU, "a", 0.5, START));
  }

  @Test
  void a_stream_that_ends_is_begun_anew() throws Exception {
    endpoints.list(endpoint("a", serve(0, service(answers -> {
      answers.onNext(cpu(0.5));
      answers.onCompleted();
    }))));
    OrcaSignalSource source = watch(clock::get);
    eventually("again and again", () -> source.stats().reports() >= 3);
    assertThat(source.stats().reconnects()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void a_replica_that_comes_back_at_its_address_is_heard_again() throws Exception {
    Server first = serve(0, service(answers -> answers.onNext(cpu(0.5))));
    int port = first.getPort();
    endpoints.list(endpoint("a", first));
    OrcaSignalSource source = watch(clock::get);
    eventually("before", () -> source.stats().reports() == 1);
    first.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    eventually("noticed", () -> source.stats().reconnects() >= 1);
    serve(port, service(answers -> answers.onNext(cpu(0.75))));
    eventually("after", () -> report(source, "a").cpu() == 0.75);
  }

  @Test
  void a_new_subscription_does_not_wait_for_the_channel_to_try_again() throws Exception {
    AtomicInteger resets = new AtomicInteger();
    ListedEndpoints one = new ListedEndpoints();
    one.list(Endpoint.of("127.0.0.1", 1));
    OrcaSignalSource source =
        OrcaSignalSource.start(one, endpoint -> new UnreachableChannel(resets));
    resources.add(source);
    eventually("tried again at once", () -> source.stats().reconnects() >= 2 && resets.get() >= 2);
  }

  @Test
  void replicas_that_cannot_report_do_not_hurt_the_others() throws Exception {
    OrcaLoadReport.Builder huge = OrcaLoadReport.newBuilder().setCpuUtilization(0.5);
    for (int i = 0; i < 10_000; i++) {
      huge.putNamedMetrics("metric" + i, i);
    }
    Server silent = serve(0, service(answers -> {}));
    Server without = NettyServerBuilder.forAddress(loopback(0)).build().start();
    resources.add(() -> without.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    endpoints.list(
        endpoint("broken-channel", silent),
        endpoint("huge", serve(0, service(answers -> answers.onNext(huge.build())))),
        endpoint("silent", silent),
        endpoint("without", without),
        endpoint("good", ours()));
    OrcaSignalSource source = watch(InstantSource.system());
    eventually("the good one", () -> source.reports().containsKey("good"));
    eventually("the others are tried again", () -> source.stats().reconnects() >= 6);
    assertThat(source.reports()).containsOnlyKeys("good");
    assertThat(source.stats().replicas()).isEqualTo(5);
  }

  @Test
  void a_flood_is_slowed_down_and_not_read() throws Exception {
    CountDownLatch flooded = new CountDownLatch(1);
    endpoints.list(endpoint("a", serve(0, service(answers -> {
      for (int i = 0; i < 5_000; i++) {
        answers.onNext(cpu(0.5));
      }
      flooded.countDown();
    }))));
    long begun = System.nanoTime();
    OrcaSignalSource source = watch(clock::get);
    assertThat(flooded.await(10, TimeUnit.SECONDS)).isTrue();
    eventually("ten an interval", () -> source.stats().reports() > 20);
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isGreaterThan(900);
  }

  @Test
  void a_report_is_kept_at_once_however_busy_the_source_is() throws Exception {
    CountDownLatch subscribed = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    Server server = serve(0, service(answers -> {
      subscribed.countDown();
      if (awaited(busy)) {
        answers.onNext(cpu(0.5));
      }
    }));
    endpoints.list(endpoint("a", server), endpoint("slow-channel", server));
    OrcaSignalSource source = OrcaSignalSource.start(endpoints, endpoint -> {
      if (endpoint.id().equals("slow-channel") && awaited(subscribed)) {
        busy.countDown();
        assertThat(awaited(release)).isTrue();
      }
      return channel(endpoint);
    });
    resources.add(source);
    eventually("the report", () -> report(source, "a").cpu() == 0.5);
    release.countDown();
  }

  @Test
  void the_end_closes_the_discovery_and_every_stream() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    endpoints.list(endpoint("a", serve(0, service(answers -> {
      ((ServerCallStreamObserver<OrcaLoadReport>) answers).setOnCancelHandler(cancelled::countDown);
      answers.onNext(cpu(0.5));
    }))));
    OrcaSignalSource source = watch(clock::get);
    eventually("watched", () -> source.stats().reports() == 1);
    source.close();
    source.close();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(endpoints.closed).isTrue();
    eventually("forgotten", () -> source.reports().isEmpty() && source.stats().replicas() == 0);
  }

  @Test
  void an_interval_below_a_second_is_refused() {
    assertThatThrownBy(() -> OrcaSignalSource.start(
            endpoints, OrcaSignalSourceTest::channel, Duration.ofMillis(100), clock::get))
        .hasMessageStartingWith("interval: PT0.1S (expected: ");
  }

  private OrcaSignalSource watch(InstantSource time) {
    OrcaSignalSource source = OrcaSignalSource.start(
        endpoints, OrcaSignalSourceTest::channel, Duration.ofSeconds(1), time);
    resources.add(source);
    return source;
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static LoadReport report(OrcaSignalSource source, String replica) {
    return source.reports().getOrDefault(replica, LoadReport.UNKNOWN);
  }

  private static List<Signal> signals(OrcaSignalSource source, Instant now) {
    return source.read(now);
  }

  private static ManagedChannel channel(Endpoint endpoint) {
    if (endpoint.id().equals("broken-channel")) {
      throw new IllegalStateException("no channel");
    }
    return Grpc.newChannelBuilderForAddress(
            endpoint.host(), endpoint.port(), InsecureChannelCredentials.create())
        .build();
  }

  private Server ours() throws IOException {
    Server server = SinewServers.install(NettyServerBuilder.forAddress(loopback(0)))
        .workers(1)
        .onSigterm(false)
        .build()
        .start();
    resources.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    return server;
  }

  private Server serve(int port, BindableService service) throws IOException {
    Server server = NettyServerBuilder.forAddress(loopback(port))
        .addService(service)
        .build()
        .start();
    resources.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    return server;
  }

  private static BindableService service(Consumer<StreamObserver<OrcaLoadReport>> script) {
    return new OpenRcaServiceImplBase() {
      @Override
      public void streamCoreMetrics(
          OrcaLoadReportRequest request, StreamObserver<OrcaLoadReport> answers) {
        script.accept(answers);
      }
    };
  }

  private static OrcaLoadReport cpu(double share) {
    return OrcaLoadReport.newBuilder().setCpuUtilization(share).build();
  }

  private static Endpoint endpoint(String id, Server server) {
    return Endpoint.of("127.0.0.1", server.getPort()).withId(id);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static void eventually(String description, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(20)) {
        throw new AssertionError("not within 20 s: " + description);
      }
      LockSupport.parkNanos(2_000_000L);
    }
  }

  /** A discovery whose list the test sets. */
  private static final class ListedEndpoints implements EndpointSource {
    private List<Endpoint> listed = List.of();
    private Consumer<List<Endpoint>> listener = list -> {};
    private boolean closed;

    void list(Endpoint... endpoints) {
      listed = List.of(endpoints);
      listener.accept(listed);
    }

    @Override
    public void start(Consumer<List<Endpoint>> newListener) {
      listener = newListener;
      newListener.accept(listed);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
