// SPDX-License-Identifier: Apache-2.0
package dev.sinew.ownservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.grpc.SinewServers;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(60)
final class DoorTest {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  private final List<AutoCloseable> resources = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
  }

  @Test
  void an_order_goes_through_to_the_server_and_back() throws Exception {
    PlaceReply reply = orders(serve(new Orders("a"))).place(order("7"));
    assertThat(reply.getOrderId()).isEqualTo("7");
    assertThat(reply.getReplica()).isEqualTo("a");
  }

  @Test
  void the_status_that_the_server_gives_is_the_status_that_the_caller_gets() throws Exception {
    int port = serve(failing(Status.FAILED_PRECONDITION.withDescription("sold out")));
    assertThatThrownBy(() -> orders(port).place(order("7")))
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
          assertThat(e.getStatus().getDescription()).isEqualTo("sold out");
        });
  }

  @Test
  void the_deadline_and_the_headers_of_the_caller_reach_the_server() throws Exception {
    AtomicLong seconds = new AtomicLong();
    AtomicReference<@Nullable String> tenant = new AtomicReference<>();
    int port = serve(new Orders("a"), new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (call.getMethodDescriptor().getServiceName().equals("shop.Orders")) {
          Deadline deadline = Context.current().getDeadline();
          seconds.set(deadline == null ? -1 : deadline.timeRemaining(TimeUnit.SECONDS));
          tenant.set(headers.get(TENANT));
        }
        return next.startCall(call, headers);
      }
    });
    Metadata headers = new Metadata();
    headers.put(TENANT, "north");
    PlaceReply unused = orders(port)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .place(order("7"));
    assertThat(tenant.get()).isEqualTo("north");
    assertThat(seconds.get()).isBetween(1L, 30L);
  }

  @Test
  void a_method_named_idempotent_is_tried_again_on_another_replica() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    int bad = serve(new OrdersGrpc.OrdersImplBase() {
      @Override
      public void place(PlaceRequest request, StreamObserver<PlaceReply> observer) {
        refused.incrementAndGet();
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
      }
    });
    String target = "static:///127.0.0.1:" + bad + ",127.0.0.1:" + serve(new Orders("good"));
    OrdersGrpc.OrdersBlockingStub orders = stub(Door.open(0, target, "shop.Orders/Place"));
    for (int call = 0; call < 1000 && refused.get() == 0; call++) {
      assertThat(orders.place(order("7")).getReplica()).isEqualTo("good");
    }
    assertThat(refused).hasPositiveValue();
  }

  private OrdersGrpc.OrdersBlockingStub orders(int port) throws IOException {
    return stub(Door.open(0, "static:///127.0.0.1:" + port));
  }

  private OrdersGrpc.OrdersBlockingStub stub(Door door) {
    resources.add(door);
    ManagedChannel channel = Grpc.newChannelBuilder(
            "127.0.0.1:" + door.port(), InsecureChannelCredentials.create())
        .build();
    resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    return OrdersGrpc.newBlockingStub(channel).withWaitForReady();
  }

  private int serve(OrdersGrpc.OrdersImplBase service, ServerInterceptor... interceptors)
      throws IOException {
    NettyServerBuilder builder = NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(service);
    for (ServerInterceptor interceptor : interceptors) {
      builder.intercept(interceptor);
    }
    Server server =
        SinewServers.install(builder).workers(2).onSigterm(false).build().start();
    resources.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    return server.getPort();
  }

  private static OrdersGrpc.OrdersImplBase failing(Status status) {
    return new OrdersGrpc.OrdersImplBase() {
      @Override
      public void place(PlaceRequest request, StreamObserver<PlaceReply> observer) {
        observer.onError(status.asRuntimeException());
      }
    };
  }

  private static PlaceRequest order(String id) {
    return PlaceRequest.newBuilder().setOrderId(id).build();
  }
}
