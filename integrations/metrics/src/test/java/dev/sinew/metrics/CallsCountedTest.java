// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.grpc.SinewCallOptions;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.SinewServers;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real calls, counted on both sides. */
@Tag("grpc")
@Timeout(60)
class CallsCountedTest {
  /** Answers a text; one that names a status code is answered with that status. */
  private static final MethodDescriptor<String, String> ECHO = method("test.Echo/Say");

  private final PrometheusRegistry serverSide = new PrometheusRegistry();
  private final PrometheusRegistry clientSide = new PrometheusRegistry();
  private Server first;
  private Server second;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    first = server(serverSide, false);
    second = server(serverSide, true);
    channel = SinewChannels.forTarget(
            "static:///127.0.0.1:" + first.getPort() + ",127.0.0.1:" + second.getPort())
        .policy("round_robin")
        .observe(SinewMetrics.in(clientSide), "echo")
        .build();
    var unused = channel.getState(true);
    eventually(() -> SinewChannels.stats(channel).ready() == 2);
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    first.shutdownNow();
    second.shutdownNow();
    assertThat(first.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(second.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void each_call_is_counted_once_on_each_side_by_its_code() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      say("hello", CallOptions.DEFAULT);
      say("NOT_FOUND", CallOptions.DEFAULT);
    }
    assertThat(value(calls("OK"))).isEqualTo(20);
    assertThat(value(calls("NOT_FOUND"))).isEqualTo(20);
    assertThat(value(attempts("first"))).isEqualTo(40);
    assertThat(value(attempts("retry"))).isZero();
    assertThat(value(
            "sinew_client_call_duration_seconds_count{method=\"test.Echo/Say\",service=\"echo\"}"))
        .isEqualTo(40);
    // A client may hear of the end before its server does.
    eventually(() -> server("OK") == 20 && server("NOT_FOUND") == 20);
    eventually(() -> Scrape.of(serverSide).value("sinew_server_in_flight") == 0);
  }

  @Test
  void a_call_that_is_tried_again_is_one_call_and_two_attempts() {
    CallOptions idempotent = CallOptions.DEFAULT.withOption(SinewCallOptions.IDEMPOTENT, true);
    // The second server refuses it; whichever is asked first, in the end it is answered.
    for (int i = 0; i < 8; i++) {
      assertThat(say("second refuses", idempotent)).isEqualTo(Status.Code.OK);
    }
    double retries = value(attempts("retry"));
    assertThat(retries).isBetween(4.0, 8.0);
    assertThat(value(attempts("first"))).isEqualTo(8);
    assertThat(value(calls("OK"))).isEqualTo(8);
    assertThat(Scrape.of(clientSide).series("sinew_client_calls_total")).hasSize(1);
    // 10 retries are free, whatever the number of calls.
    assertThat(value("sinew_client_retry_budget_ratio{service=\"echo\"}"))
        .isEqualTo((10 - retries) / 10);
  }

  @Test
  void a_method_that_the_server_does_not_have_is_other() throws InterruptedException {
    try {
      ClientCalls.blockingUnaryCall(channel, method("test.Echo/Sing"), CallOptions.DEFAULT, "x");
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
    String other = "sinew_server_calls_total{code=\"UNIMPLEMENTED\",method=\"other\"}";
    eventually(() -> Scrape.of(serverSide).value(other) == 1);
    assertThat(Scrape.of(serverSide).text()).doesNotContain("Sing");
  }

  @Test
  void health_and_load_reports_are_no_calls() {
    say("hello", CallOptions.DEFAULT);
    assertThat(Scrape.of(serverSide).text()).doesNotContain("grpc.health").doesNotContain("xds.");
  }

  @Test
  void the_endpoints_of_a_channel_are_shown_until_it_is_shut_down() {
    say("hello", CallOptions.DEFAULT);
    assertThat(value("sinew_client_endpoints{service=\"echo\",state=\"known\"}"))
        .isEqualTo(2);
    assertThat(value("sinew_client_endpoints{service=\"echo\",state=\"ready\"}"))
        .isEqualTo(2);
    assertThat(value("sinew_client_from_snapshot{service=\"echo\"}")).isZero();
    channel.shutdownNow();
    assertThat(Scrape.of(clientSide).series("sinew_client_endpoints")).isEmpty();
    assertThat(value(calls("OK"))).isEqualTo(1);
  }

  private Status.Code say(String text, CallOptions options) {
    try {
      String unused = ClientCalls.blockingUnaryCall(channel, ECHO, options, text);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private double value(String series) {
    return Scrape.of(clientSide).value(series);
  }

  private double server(String code) {
    return Scrape.of(serverSide)
        .value("sinew_server_calls_total{code=\"" + code + "\",method=\"test.Echo/Say\"}");
  }

  private static String calls(String code) {
    return "sinew_client_calls_total{code=\"" + code
        + "\",method=\"test.Echo/Say\",service=\"echo\"}";
  }

  private static String attempts(String kind) {
    return "sinew_client_attempts_total{kind=\"" + kind + "\",service=\"echo\"}";
  }

  private static Server server(PrometheusRegistry registry, boolean refuses) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerServiceDefinition echo = ServerServiceDefinition.builder("test.Echo")
        .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, observer) -> {
          if (request.equals("NOT_FOUND")) {
            observer.onError(Status.NOT_FOUND.asRuntimeException());
          } else if (refuses && request.equals("second refuses")) {
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
          } else {
            observer.onNext(request);
            observer.onCompleted();
          }
        }))
        .build();
    return SinewServers.install(NettyServerBuilder.forAddress(address).addService(echo))
        .observe(SinewMetrics.in(registry))
        .onSigterm(false)
        .build()
        .start();
  }

  private static void eventually(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
