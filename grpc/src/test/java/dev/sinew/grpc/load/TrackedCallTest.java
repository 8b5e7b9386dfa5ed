// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.LoadReport;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import org.junit.jupiter.api.Test;

final class TrackedCallTest {
  private final ServerLoad load = new ServerLoad(1, 200_000_000L, System.nanoTime());
  private final ServerStreamTracer.Factory factory = TrackedCall.factory(load, () -> null);

  @Test
  void control_services_are_not_counted() {
    for (String method : new String[] {
      "grpc.health.v1.Health/Check",
      "grpc.health.v1.Health/Watch",
      "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      "xds.service.orca.v3.OpenRcaService/StreamCoreMetrics"
    }) {
      ServerStreamTracer tracer = factory.newServerStreamTracer(method, new Metadata());
      assertThat(TrackedCall.KEY.get(tracer.filterContext(Context.ROOT))).isNull();
    }
    assertThat(load.inFlight()).isZero();
  }

  @Test
  void a_call_is_counted_once_however_often_it_is_closed() {
    ServerStreamTracer tracer = factory.newServerStreamTracer("shop.Orders/Get", new Metadata());
    assertThat(TrackedCall.KEY.get(tracer.filterContext(Context.ROOT))).isSameAs(tracer);
    assertThat(load.inFlight()).isEqualTo(1);
    tracer.streamClosed(Status.CANCELLED);
    tracer.streamClosed(Status.CANCELLED);
    assertThat(load.inFlight()).isZero();
  }

  @Test
  void a_call_that_starts_after_its_end_does_not_start() {
    TrackedCall call =
        (TrackedCall) factory.newServerStreamTracer("shop.Orders/Get", new Metadata());
    call.streamClosed(Status.CANCELLED);
    call.started(System.nanoTime());
    call.started(System.nanoTime());
    factory.newServerStreamTracer("shop.Orders/Get", new Metadata());
    long later = System.nanoTime() + 5_000_000_000L;
    assertThat(load.report(0, 0, false, later).queueNanos())
        .as("one call waits, not none or minus one")
        .isGreaterThan(4_000_000_000L);
  }

  @Test
  void a_call_that_was_shed_is_neither_within_nor_over_the_objective() {
    answer(Status.RESOURCE_EXHAUSTED);
    assertThat(report().withinObjective()).isZero();
    assertThat(report().overObjective()).isZero();
    answer(Status.NOT_FOUND);
    assertThat(report().withinObjective()).isEqualTo(1);
  }

  private LoadReport report() {
    return load.report(0, 0, false, System.nanoTime());
  }

  private void answer(Status status) {
    TrackedCall call =
        (TrackedCall) factory.newServerStreamTracer("shop.Orders/Get", new Metadata());
    call.serverCallStarted(new UnaryInfo());
    call.answered(status, System.nanoTime());
    call.streamClosed(status);
  }

  private static final class UnaryInfo
      extends ServerStreamTracer.ServerCallInfo<HealthCheckRequest, HealthCheckResponse> {
    @Override
    public MethodDescriptor<HealthCheckRequest, HealthCheckResponse> getMethodDescriptor() {
      return HealthGrpc.getCheckMethod();
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }

    @Override
    public String getAuthority() {
      return "orders";
    }
  }

  @Test
  void a_name_without_a_service_is_counted_like_any_other() {
    factory.newServerStreamTracer("nonsense", new Metadata());
    assertThat(load.inFlight()).isEqualTo(1);
  }
}
