// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.process.health.HealthProbe.Answer;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class HealthProbeTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Semaphore woken = new Semaphore(0);

  @Test
  void a_grpc_server_serves_if_it_says_so() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, 0))
        .addService(health.getHealthService())
        .build()
        .start();
    try (HealthProbe probe = probe(server.getPort())) {
      assertThat(ask(probe, HealthCheck.grpc())).isEqualTo(new Answer(true, "SERVING"));
      health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
      assertThat(ask(probe, HealthCheck.grpc())).isEqualTo(new Answer(false, "NOT_SERVING"));
      assertThat(ask(probe, HealthCheck.tcp())).isEqualTo(new Answer(true, "accepted"));
      assertThat(ask(probe, HealthCheck.http("/")).serving()).isFalse();
    } finally {
      server.shutdownNow().awaitTermination();
    }
  }

  @Test
  void an_http_server_serves_if_its_status_says_so_and_a_redirect_is_not_followed()
      throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    int port = server.getAddress().getPort();
    server.createContext("/", exchange -> {
      String path = exchange.getRequestURI().getPath();
      boolean addressed =
          ("127.0.0.1:" + port).equals(exchange.getRequestHeaders().getFirst("Host"));
      exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port + "/500");
      exchange.sendResponseHeaders(addressed ? Integer.parseInt(path.substring(1)) : 400, 0);
      exchange.getResponseBody().write(new byte[8_000]);
      exchange.close();
    });
    server.start();
    try (HealthProbe probe = probe(port)) {
      assertThat(ask(probe, HealthCheck.http("/200"))).isEqualTo(new Answer(true, "HTTP 200"));
      assertThat(ask(probe, HealthCheck.http("/302"))).isEqualTo(new Answer(true, "HTTP 302"));
      assertThat(ask(probe, HealthCheck.http("/404"))).isEqualTo(new Answer(false, "HTTP 404"));
      assertThat(ask(probe, HealthCheck.http("/503"))).isEqualTo(new Answer(false, "HTTP 503"));
      assertThat(ask(probe, HealthCheck.grpc()).serving()).isFalse();
      assertThat(ask(probe, HealthCheck.tcp()).serving()).isTrue();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void where_nobody_listens_nobody_serves() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      port = taken.getLocalPort();
    }
    try (HealthProbe probe = probe(port)) {
      assertThat(ask(probe, HealthCheck.http("/"))).isEqualTo(new Answer(false, "refused"));
      assertThat(ask(probe, HealthCheck.tcp())).isEqualTo(new Answer(false, "refused"));
      assertThat(ask(probe, HealthCheck.grpc())).isEqualTo(new Answer(false, "UNAVAILABLE"));
    }
  }

  /** What a frozen process looks like: the kernel accepts, nobody answers. */
  @Test
  void one_that_accepts_and_says_nothing_is_healthy_for_tcp_only() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK);
        HealthProbe probe = probe(silent.getLocalPort())) {
      assertThat(ask(probe, HealthCheck.tcp()).serving()).isTrue();
      long start = System.nanoTime();
      assertThat(ask(probe, HealthCheck.http("/")))
          .isEqualTo(new Answer(false, "no answer in 1000 ms"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(ask(probe, HealthCheck.grpc()).serving()).isFalse();
    }
  }

  @Test
  void one_that_hangs_up_or_speaks_another_language_does_not_serve() throws Exception {
    assertThat(answerTo("")).isEqualTo(new Answer(false, "closed without an answer"));
    assertThat(answerTo("220 mail ready\r\n")).isEqualTo(new Answer(false, "no HTTP/1.1"));
    assertThat(answerTo("HTTP/1.1 200 OK\r\n")).isEqualTo(new Answer(true, "HTTP 200"));
  }

  @Test
  void an_answer_without_end_is_read_no_further_than_the_bound() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
        HealthProbe probe = probe(server.getLocalPort())) {
      CompletableFuture<Long> sent = new CompletableFuture<>();
      Thread endless = new Thread(() -> sent.complete(flood(server)));
      endless.setDaemon(true);
      endless.start();
      assertThat(ask(probe, HealthCheck.http("/"))).isEqualTo(new Answer(false, "no HTTP/1.1"));
      // What the kernel's buffers hold comes on top.
      assertThat(sent.get(30, TimeUnit.SECONDS)).isLessThan(64L << 20);
    }
  }

  @Test
  void only_one_question_is_open_at_a_time() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK);
        HealthProbe probe = probe(silent.getLocalPort())) {
      probe.ask(HealthCheck.http("/"));
      probe.ask(HealthCheck.tcp());
      assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      assertThat(probe.take()).isEqualTo(new Answer(false, "no answer in 1000 ms"));
      assertThat(probe.take()).isNull();
    }
  }

  private HealthProbe probe(int port) {
    return new HealthProbe(port, woken::release);
  }

  private Answer ask(HealthProbe probe, HealthCheck check) throws InterruptedException {
    probe.ask(check);
    assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).as("answered").isTrue();
    Answer answer = probe.take();
    assertThat(answer).isNotNull();
    return Objects.requireNonNull(answer);
  }

  /** What is made of a server's words, after which it hangs up. */
  private Answer answerTo(String words) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
        HealthProbe probe = probe(server.getLocalPort())) {
      Thread speaker = new Thread(() -> {
        try (Socket socket = server.accept()) {
          readRequest(socket.getInputStream());
          socket.getOutputStream().write(words.getBytes(US_ASCII));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      speaker.setDaemon(true);
      speaker.start();
      return ask(probe, HealthCheck.http("/"));
    }
  }

  private static void readRequest(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0) {
      request.append((char) in.read());
    }
    assertThat(request).startsWith("GET / HTTP/1.1\r\n").contains("\r\nConnection: close\r\n");
  }

  private static long flood(ServerSocket server) {
    long sent = 0;
    try (Socket socket = server.accept()) {
      byte[] block = new byte[1 << 16];
      Arrays.fill(block, (byte) 'x');
      while (true) {
        socket.getOutputStream().write(block);
        sent += block.length;
      }
    } catch (IOException e) {
      return sent;
    }
  }
}
