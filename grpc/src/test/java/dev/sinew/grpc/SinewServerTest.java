// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.Health;
import dev.sinew.grpc.orca.OpenRcaServiceGrpc;
import dev.sinew.grpc.orca.OrcaLoadReportRequest;
import dev.sinew.grpc.orca.OrcaReports;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(60)
final class SinewServerTest {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final RecordingSinkProvider registry = RecordingSinkProvider.forget();

  @AfterEach
  void stop() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    for (Server server : servers) {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void an_idle_server_leaves_after_about_a_second() throws Exception {
    Server server = start(builder(ScriptedService.echo()));
    long begun = System.nanoTime();
    server.shutdown();
    assertThat(millisSince(begun)).as("shutdown returns at once").isLessThan(500);
    assertThat(server.isShutdown()).isTrue();
    assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(millisSince(begun)).isBetween(990L, 4_000L);
    assertThat(server.isTerminated()).isTrue();
  }

  @Test
  void a_server_that_never_started_ends_at_once() throws Exception {
    Server server = builder(ScriptedService.echo()).build();
    assertThat(server.shutdown().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_server_that_was_shut_down_does_not_start_any_more() {
    Server server = builder(ScriptedService.echo()).build();
    server.shutdown();
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_health_service_is_given_by_its_setting_only() {
    BindableService own = new HealthStatusManager().getHealthService();
    assertThatThrownBy(() -> builder(ScriptedService.echo()).addService(own))
        .hasMessage("service: grpc.health.v1.Health (expected: not health: use health(manager))");
  }

  @Test
  void reflection_may_be_left_out() {
    assertThat(services(builder(ScriptedService.echo())))
        .contains("grpc.reflection.v1.ServerReflection");
    assertThat(services(builder(ScriptedService.echo()).reflection(false)))
        .contains("grpc.health.v1.Health")
        .doesNotContain("grpc.reflection.v1.ServerReflection");
  }

  private static List<String> services(SinewServerBuilder builder) {
    return builder.build().getServices().stream()
        .map(service -> service.getServiceDescriptor().getName())
        .toList();
  }

  @Test
  void a_draining_server_says_so_and_serves_on() throws Exception {
    Server server = start(builder(ScriptedService.echo()));
    ManagedChannel channel = channel(server);
    assertThat(health(channel)).isEqualTo(ServingStatus.SERVING);
    assertThat(ScriptedService.report(channel).draining()).isFalse();
    server.shutdown();
    Eventually.that("health says no", BOUND, () -> health(channel) == ServingStatus.NOT_SERVING);
    Eventually.that(
        "reports say draining", BOUND, () -> ScriptedService.report(channel).draining());
    assertThat(ScriptedService.call(channel, "still")).isEqualTo("still");
    assertThat(server.isTerminated()).isFalse();
    assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_running_call_is_finished_and_then_the_server_ends_although_a_watch_is_open()
      throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = start(builder(ScriptedService.unary((request, answers) -> {
          running.countDown();
          await(release);
          ScriptedService.answer(request, answers);
        }))
        .workers(2)
        .drainTimeout(Duration.ofSeconds(20)));
    ManagedChannel channel = channel(server);
    watchHealth(channel);
    try (var threads = new Threads()) {
      Future<String> answer = threads.submit(() -> ScriptedService.call(channel, "slow"));
      await(running);
      server.shutdown();
      assertThat(server.awaitTermination(3, TimeUnit.SECONDS)).isFalse();
      release.countDown();
      assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("slow");
    }
    long answered = System.nanoTime();
    assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(millisSince(answered)).as("not the whole drain timeout").isLessThan(5_000);
  }

  @Test
  void a_call_that_never_ends_is_cut_when_the_time_is_up() throws Exception {
    Server server = start(builder(ScriptedService.unary((request, answers) -> {}))
        .drainTimeout(Duration.ofMillis(1_500)));
    ManagedChannel channel = channel(server);
    try (var threads = new Threads()) {
      Future<String> answer = threads.submit(() -> ScriptedService.call(channel, "never"));
      Eventually.that("arrived", BOUND, () -> inFlight(server) > 0);
      long begun = System.nanoTime();
      server.shutdown();
      assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      assertThat(millisSince(begun)).isBetween(1_400L, 5_000L);
      assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void shutdown_now_ends_a_drain_that_is_under_way() throws Exception {
    Server server = start(builder(ScriptedService.unary((request, answers) -> {}))
        .drainTimeout(Duration.ofMinutes(10)));
    ManagedChannel channel = channel(server);
    try (var threads = new Threads()) {
      Future<String> answer = threads.submit(() -> ScriptedService.call(channel, "never"));
      Eventually.that("arrived", BOUND, () -> inFlight(server) > 0);
      server.shutdown();
      assertThat(server.awaitTermination(200, TimeUnit.MILLISECONDS)).isFalse();
      server.shutdownNow();
      assertThat(server.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void it_registers_when_it_serves_and_withdraws_before_it_stops_listening() throws Exception {
    Server server = start(builder(ScriptedService.echo())
        .register("recorded:///orders")
        .advertiseHost("127.0.0.1")
        .priority(1)
        .zone("eu-1a")
        .version("2.3"));
    assertThat(registry.registered()).hasSize(1);
    Endpoint endpoint = registry.registered().get(0);
    assertThat(endpoint.port()).isEqualTo(server.getPort());
    assertThat(endpoint.priority()).isEqualTo(1);
    assertThat(endpoint.zone()).isEqualTo("eu-1a");
    assertThat(endpoint.attributes()).containsEntry("version", "2.3");
    assertThat(registry.target()).isEqualTo("recorded:///orders");
    AtomicReference<@Nullable String> answer = new AtomicReference<>();
    ManagedChannel channel = channel(server);
    ScriptedService.call(channel, "connect");
    registry.onWithdraw(() -> answer.set(ScriptedService.call(channel, "while withdrawing")));
    server.shutdown();
    assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(answer.get()).isEqualTo("while withdrawing");
    assertThat(registry.withdrawn()).isEqualTo(1);
    assertThat(registry.sinksClosed()).isEqualTo(1);
  }

  @Test
  void the_registry_hears_of_the_health_that_is_set_and_of_the_drain() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    Server server =
        start(builder(ScriptedService.echo()).health(health).register("recorded:///orders"));
    health.setStatus("", ServingStatus.NOT_SERVING);
    health.setStatus("", ServingStatus.SERVING);
    assertThat(registry.health()).containsExactly(Health.PASSING, Health.CRITICAL, Health.PASSING);
    assertThat(server.shutdown().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(registry.health()).endsWith(Health.PASSING, Health.CRITICAL).hasSize(4);
  }

  @Test
  void a_registry_that_never_confirms_delays_the_end_by_half_of_the_time_at_most()
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Server server = start(builder(ScriptedService.echo())
        .register("recorded:///orders")
        .drainTimeout(Duration.ofSeconds(4)));
    registry.onWithdraw(() -> await(never));
    long begun = System.nanoTime();
    server.shutdown();
    assertThat(server.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(millisSince(begun)).isBetween(1_900L, 6_000L);
    never.countDown();
  }

  @Test
  void a_registry_that_refuses_stops_the_start() throws Exception {
    registry.refuse();
    Server server =
        builder(ScriptedService.echo()).register("recorded:///orders").build();
    servers.add(server);
    assertThatThrownBy(server::start).hasMessageContaining("refused");
    assertThat(server.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_shaded_transport_works_too() throws Exception {
    Server server = start(SinewServers.install(
        io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder.forAddress(LOOPBACK)
            .addService(ScriptedService.echo())));
    assertThat(ScriptedService.report(channel(server)).inFlight()).isGreaterThanOrEqualTo(0);
  }

  @Test
  void workers_and_another_executor_contradict_each_other() {
    assertThatThrownBy(
            () -> builder(ScriptedService.echo()).workers(2).directExecutor().build())
        .hasMessage("workers: 2 (expected: not with an executor besides)");
    assertThatThrownBy(() -> builder(ScriptedService.echo()).workers(0))
        .hasMessage("workers: 0 (expected: 1 to 10000)");
    assertThatThrownBy(() -> builder(ScriptedService.echo()).drainTimeout(Duration.ZERO))
        .hasMessageStartingWith("drainTimeout: ");
    assertThatThrownBy(() ->
            builder(ScriptedService.echo()).latencyObjective(Duration.ZERO).build())
        .hasMessageStartingWith("latencyObjective: ");
  }

  private static SinewServerBuilder builder(ScriptedService service) {
    return SinewServers.install(NettyServerBuilder.forAddress(LOOPBACK).addService(service));
  }

  private Server start(SinewServerBuilder builder) throws IOException {
    Server server = builder.onSigterm(false).build();
    servers.add(server);
    return server.start();
  }

  private ManagedChannel channel(Server server) {
    ManagedChannel channel = Grpc.newChannelBuilder(
            "127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
        .build();
    channels.add(channel);
    return channel;
  }

  /** Calls in flight as the out-of-band stream says. */
  private int inFlight(Server server) {
    return OrcaReports.fromOrca(OpenRcaServiceGrpc.newBlockingStub(channel(server))
            .streamCoreMetrics(OrcaLoadReportRequest.getDefaultInstance())
            .next())
        .inFlight();
  }

  private static ServingStatus health(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static void watchHealth(ManagedChannel channel) throws InterruptedException {
    CountDownLatch watched = new CountDownLatch(1);
    HealthGrpc.newStub(channel)
        .watch(HealthCheckRequest.getDefaultInstance(), new StreamObserver<>() {
          @Override
          public void onNext(HealthCheckResponse response) {
            watched.countDown();
          }

          @Override
          public void onError(Throwable error) {}

          @Override
          public void onCompleted() {}
        });
    await(watched);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** Threads that end with the test. */
  private static final class Threads implements AutoCloseable {
    private final ExecutorService executor = Executors.newCachedThreadPool();

    <T> Future<T> submit(Callable<T> task) {
      return executor.submit(task);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
