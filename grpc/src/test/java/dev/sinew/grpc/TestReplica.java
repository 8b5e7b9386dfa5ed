// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server on a real socket of 127.0.0.1 that answers with its name, or as a test decides. */
public final class TestReplica implements AutoCloseable {
  public final AtomicInteger calls = new AtomicInteger();
  public final AtomicInteger connections = new AtomicInteger();
  public final ConcurrentLinkedQueue<Metadata> headers = new ConcurrentLinkedQueue<>();
  public final HealthStatusManager health = new HealthStatusManager();
  public volatile Answer answer;
  public volatile @Nullable LoadReport report;
  private final String name;
  private final Server server;
  private final CutWire wire;

  public TestReplica(String name) {
    this(name, true);
  }

  /** With or without the health service. */
  public TestReplica(String name, boolean healthService) {
    this.name = name;
    this.answer = (request, observer) -> reply(observer, name);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(service())
        .addService(health.getHealthService())
        .intercept(new Reporting())
        .addTransportFilter(new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes attributes) {
            connections.incrementAndGet();
            return attributes;
          }
        });
    if (healthService) {
      builder.addService(health.getHealthService());
    }
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    wire = new CutWire(server.getPort());
  }

  public int port() {
    return wire.port();
  }

  public Endpoint endpoint() {
    return Endpoint.of("127.0.0.1", port()).withId(name);
  }

  public void failWith(Status status, Metadata trailers) {
    answer = (request, observer) -> observer.onError(new StatusRuntimeException(status, trailers));
  }

  /** Resets its connections and refuses new ones, without a word of HTTP/2. */
  public void kill() {
    wire.close();
  }

  @Override
  public void close() {
    wire.close();
    server.shutdownNow();
  }

  public static void reply(StreamObserver<String> observer, String text) {
    observer.onNext(text);
    observer.onCompleted();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(TestMethods.SERVICE)
        .addMethod(TestMethods.GET, ServerCalls.asyncUnaryCall(this::answer))
        .addMethod(TestMethods.PUT, ServerCalls.asyncUnaryCall(this::answer))
        .addMethod(TestMethods.WATCH, ServerCalls.asyncServerStreamingCall(this::answer))
        .build();
  }

  private void answer(String request, StreamObserver<String> observer) {
    calls.incrementAndGet();
    answer.to(request, observer);
  }

  public interface Answer {
    void to(String request, StreamObserver<String> observer);
  }

  private final class Reporting implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata sent, ServerCallHandler<ReqT, RespT> next) {
      boolean ours = TestMethods.SERVICE.equals(call.getMethodDescriptor().getServiceName());
      if (ours) {
        headers.add(sent);
      }
      return next.startCall(
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              LoadReport own = report;
              if (ours && own != null) {
                OrcaReports.attach(own, trailers);
              }
              super.close(status, trailers);
            }
          },
          sent);
    }
  }
}
