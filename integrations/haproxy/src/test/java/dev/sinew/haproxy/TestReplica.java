// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.endpoint.Endpoint;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A replica in this JVM that answers with its id, by gRPC and by HTTP/1.1, and counts what it has begun and
 * ended.
 */
final class TestReplica implements AutoCloseable {
  /** Answers after {@link #DELAY}, so that there are always calls on the way. */
  static final Duration DELAY = Duration.ofMillis(10);

  static final MethodDescriptor<String, String> SAY = MethodDescriptor.<String, String>newBuilder()
      .setType(MethodDescriptor.MethodType.UNARY)
      .setFullMethodName("echo.Echo/Unary")
      .setRequestMarshaller(new Text())
      .setResponseMarshaller(new Text())
      .build();

  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final CountDownLatch first = new CountDownLatch(1);
  private final String id;
  private final Server grpc;
  private final HttpServer http;

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

  private TestReplica(String id, Duration delay, @Nullable TestTls tls) throws IOException {
    this.id = id;
    ServerServiceDefinition echo = ServerServiceDefinition.builder("echo.Echo")
        .addMethod(SAY, ServerCalls.asyncUnaryCall((said, observer) -> {
          answered(delay);
          observer.onNext(id);
          observer.onCompleted();
          ended.incrementAndGet();
        }))
        .build();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(any);
    if (tls != null) {
      builder.sslContext(tls.grpc());
    }
    this.grpc = builder.executor(workers).addService(echo).build().start();
    this.http = tls == null ? HttpServer.create(any, 100) : tls.http(any);
    http.setExecutor(workers);
    http.createContext("/", exchange -> {
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        answered(delay);
        byte[] body = id.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
      ended.incrementAndGet();
    });
    http.start();
  }

  static TestReplica start(String id) throws IOException {
    return new TestReplica(id, DELAY, null);
  }

  static TestReplica start(String id, Duration delay) throws IOException {
    return new TestReplica(id, delay, null);
  }

  /** One that speaks TLS only. */
  static TestReplica start(String id, TestTls tls) throws IOException {
    return new TestReplica(id, DELAY, tls);
  }

  /** Where it is, for gRPC or HTTP/1.1. */
  Endpoint endpoint(boolean overGrpc) {
    int port = overGrpc ? grpc.getPort() : http.getAddress().getPort();
    return Endpoint.of("127.0.0.1", port).withId(id);
  }

  /** When its first call has arrived. */
  boolean awaitFirst(Duration longest) throws InterruptedException {
    return first.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }

  long calls() {
    return begun.get();
  }

  long underWay() {
    return begun.get() - ended.get();
  }

  @Override
  public void close() {
    die();
  }

  /** Stops listening and drops its connections. */
  void die() {
    grpc.shutdownNow();
    http.stop(0);
    workers.shutdownNow();
  }

  private void answered(Duration delay) {
    begun.incrementAndGet();
    first.countDown();
    try {
      TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
