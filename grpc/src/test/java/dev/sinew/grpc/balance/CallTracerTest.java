// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.call.StreamsOfCall;
import dev.sinew.grpc.call.TriedReplicas;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.grpc.resolve.EndpointAddresses;
import dev.sinew.load.LoadReport;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class CallTracerTest {
  private static final Endpoint ENDPOINT = Endpoint.of("127.0.0.1", 1).withId("a");
  private static final EquivalentAddressGroup GROUP =
      EndpointAddresses.group(ENDPOINT, InetAddress.getLoopbackAddress());

  private final GrpcNode node = new GrpcNode(
      ENDPOINT,
      new ActedChannel()
          .createSubchannel(
              CreateSubchannelArgs.newBuilder().setAddresses(GROUP).build()),
      (drained, now) -> {});

  @Test
  void a_call_is_pending_until_its_stream_is_closed_and_counts_once() {
    ClientStreamTracer tracer = tracer(MethodType.UNARY, CallOptions.DEFAULT);
    tracer.outboundHeaders();
    assertThat(node.load().pending()).isEqualTo(1);
    tracer.streamClosed(Status.OK);
    tracer.streamClosed(Status.OK);
    assertThat(node.load().pending()).isZero();
    assertThat(latencyNanos()).isNotNegative();
  }

  @Test
  void a_stream_that_never_sends_headers_is_never_pending() {
    ClientStreamTracer tracer = tracer(MethodType.UNARY, CallOptions.DEFAULT);
    assertThat(node.load().pending()).isZero();
    tracer.streamClosed(Status.CANCELLED);
    assertThat(node.load().pending()).isZero();
  }

  @Test
  void a_call_of_our_own_channel_is_pending_from_the_pick_and_ends_with_the_call() {
    StreamsOfCall streams = new StreamsOfCall(null);
    CallOptions options = CallOptions.DEFAULT.withOption(StreamsOfCall.KEY, streams);
    ClientStreamTracer left = tracer(MethodType.UNARY, options);
    tracer(MethodType.UNARY, options).streamClosed(Status.OK);
    assertThat(node.load().pending()).isEqualTo(1);
    left.outboundHeaders();
    assertThat(node.load().pending()).isEqualTo(1);
    streams.close(Status.CANCELLED);
    assertThat(node.load().pending()).isZero();
    ClientStreamTracer unused = tracer(MethodType.UNARY, options);
    assertThat(node.load().pending()).isZero();
  }

  @Test
  void a_stream_counts_as_a_stream_and_is_never_pending_or_a_latency() {
    for (MethodType type : MethodType.values()) {
      if (type != MethodType.UNARY) {
        ClientStreamTracer tracer = tracer(type, CallOptions.DEFAULT);
        tracer.outboundHeaders();
        assertThat(node.load().streams()).isEqualTo(1);
        assertThat(node.load().pending()).isZero();
        assertThat(node.load().stalledNanos(Long.MAX_VALUE)).isZero();
        tracer.streamClosed(Status.UNAVAILABLE);
      }
    }
    assertThat(node.load().streams()).isZero();
    assertThat(latencyNanos()).isNaN();
  }

  @Test
  void failing_fast_does_not_look_like_answering_fast() {
    ClientStreamTracer tracer = tracer(MethodType.UNARY, CallOptions.DEFAULT);
    tracer.outboundHeaders();
    tracer.streamClosed(Status.UNAVAILABLE);
    // It fades with a time constant of 2 s.
    assertThat(latencyNanos()).isGreaterThan(1_000_000);
  }

  @Test
  void a_cancelled_call_says_nothing_of_the_replica() {
    ClientStreamTracer tracer = tracer(MethodType.UNARY, CallOptions.DEFAULT);
    tracer.outboundHeaders();
    tracer.streamClosed(Status.CANCELLED);
    assertThat(latencyNanos()).isNaN();
  }

  @Test
  void the_report_in_the_trailers_reaches_the_load() {
    LoadReport report = new LoadReport(0.5, 0.4, 0.3, 200, 1, 7, 1000, 5, 6, false);
    Metadata trailers = new Metadata();
    OrcaReports.attach(report, trailers);
    ClientStreamTracer tracer = tracer(MethodType.SERVER_STREAMING, CallOptions.DEFAULT);
    tracer.outboundHeaders();
    tracer.inboundTrailers(trailers);
    tracer.streamClosed(Status.OK);
    assertThat(node.load().report(System.nanoTime(), Long.MAX_VALUE)).isEqualTo(report);
  }

  @Test
  void the_replica_is_noted_as_tried_from_the_next_attempt_on() {
    TriedReplicas tried = new TriedReplicas();
    CallOptions options = CallOptions.DEFAULT.withOption(TriedReplicas.KEY, tried);
    ClientStreamTracer unused = tracer(MethodType.UNARY, options);
    assertThat(tried.excludes(node)).isFalse();
    tried.nextAttempt();
    assertThat(tried.excludes(node)).isTrue();
    tried.nextAttempt();
    assertThat(tried.excludes(node)).isTrue();
  }

  private double latencyNanos() {
    return node.load().latencyNanos(System.nanoTime());
  }

  private ClientStreamTracer tracer(MethodType type, CallOptions options) {
    return node.result(type)
        .getStreamTracerFactory()
        .newClientStreamTracer(ActedChannel.info(options), new Metadata());
  }
}
