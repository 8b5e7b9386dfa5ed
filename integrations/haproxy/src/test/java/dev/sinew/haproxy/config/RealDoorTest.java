// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.consul.server.TestServers;
import dev.sinew.haproxy.server.HaproxyServer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real HAProxy does with the configuration. */
@Tag("haproxy")
@Timeout(60)
final class RealDoorTest {
  private static final String SERVICE = "shop.Orders";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  @TempDir
  private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void each_request_goes_to_exactly_one_of_three_in_turn(String version) throws Exception {
    List<Backend> backends = List.of(http("one"), http("two"), http("three"));
    HaproxyServer haproxy = start(version, web(backends, 0));
    for (int i = 0; i < 300; i++) {
      assertThat(get(haproxy).statusCode()).isEqualTo(200);
    }
    assertThat(backends).extracting(one -> one.calls.get()).containsExactly(100, 100, 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_backend_without_servers_answers_503_within_two_seconds(String version) throws Exception {
    HaproxyServer haproxy = start(version, web(List.of(), 0));
    get(haproxy);
    long begin = System.nanoTime();
    assertThat(get(haproxy).statusCode()).isEqualTo(503);
    Duration wait = Duration.ofNanos(System.nanoTime() - begin);
    System.out.printf("MEASURED %s no server: 503 after %d ms%n", version, wait.toMillis());
    assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void all_backups_serve_when_the_others_are_gone_and_none_before(String version) throws Exception {
    List<Backend> backends = List.of(http("one"), http("two"), http("three"));
    HaproxyServer haproxy = start(version, web(backends, 2));
    for (int i = 0; i < 20; i++) {
      assertThat(get(haproxy).body()).isEqualTo("one");
    }
    backends.get(0).close();
    for (int i = 0; i < 20; i++) {
      assertThat(get(haproxy).body()).isIn("one", "two", "three");
    }
    until(haproxy, "one", "DOWN");
    int two = backends.get(1).calls.get();
    for (int i = 0; i < 20; i++) {
      assertThat(get(haproxy).statusCode()).isEqualTo(200);
    }
    assertThat(backends.get(1).calls.get() - two).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_grpc_server_is_used_while_it_says_serving(String version) throws Exception {
    GrpcBackend one = grpc();
    GrpcBackend two = grpc();
    Door door = Door.of("orders", Address.of("127.0.0.1:1"), Protocol.GRPC)
        .withCheck(Check.grpc(SERVICE))
        .withServers(List.of(
            new FixedServer("one", Address.of("127.0.0.1:" + one.server.getPort()), false),
            new FixedServer("two", Address.of("127.0.0.1:" + two.server.getPort()), false)));
    HaproxyServer haproxy = start(version, door);
    HealthGrpc.HealthBlockingStub stub =
        stub(NettyChannelBuilder.forAddress("127.0.0.1", haproxy.port("door"))
            .usePlaintext()
            .build());
    call(stub, 40);
    assertThat(List.of(one.calls.get(), two.calls.get())).containsExactly(20, 20);

    one.health.setStatus(SERVICE, ServingStatus.NOT_SERVING);
    until(haproxy, "one", "DOWN");
    call(stub, 20);
    assertThat(one.calls.get()).isEqualTo(20);

    one.health.setStatus(SERVICE, ServingStatus.SERVING);
    until(haproxy, "one", "UP");
    call(stub, 20);
    assertThat(one.calls.get()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void calls_of_a_client_that_is_not_java_are_balanced_one_by_one(String version) throws Exception {
    GrpcBackend one = grpc();
    GrpcBackend two = grpc();
    Door door = Door.of("orders", Address.of("127.0.0.1:1"), Protocol.GRPC)
        .withServers(List.of(
            new FixedServer("one", Address.of("127.0.0.1:" + one.server.getPort()), false),
            new FixedServer("two", Address.of("127.0.0.1:" + two.server.getPort()), false)));
    HaproxyServer haproxy = start(version, door);
    Path empty = Files.write(folder.resolve("empty.bin"), new byte[5]);
    Process h2load = new ProcessBuilder(
            TestServers.program("h2load").toString(),
            "-n",
            "2000",
            "-c",
            "4",
            "-m",
            "16",
            "-d",
            empty.toString(),
            "-H",
            "content-type: application/grpc",
            "-H",
            "te: trailers",
            "http://127.0.0.1:" + haproxy.port("door") + "/grpc.health.v1.Health/Check")
        .redirectErrorStream(true)
        .start();
    String said = new String(h2load.getInputStream().readAllBytes(), UTF_8);
    assertThat(h2load.waitFor()).as(said).isZero();
    assertThat(said).contains("2000 succeeded");
    assertThat(one.calls.get()).isCloseTo(1000, within(2));
    assertThat(one.calls.get() + two.calls.get()).isEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void a_grpc_door_speaks_tls(String version) throws Exception {
    GrpcBackend one = grpc();
    Path pem = DoorCertificate.write(folder, "door.pem");
    Door door = Door.of("orders", Address.of("127.0.0.1:1"), Protocol.GRPC)
        .withCertificate(pem)
        .withServers(List.of(
            new FixedServer("one", Address.of("127.0.0.1:" + one.server.getPort()), false)));
    HaproxyServer haproxy = start(version, door);
    call(
        stub(NettyChannelBuilder.forAddress("127.0.0.1", haproxy.port("door"))
            .sslContext(GrpcSslContexts.forClient().trustManager(pem.toFile()).build())
            .build()),
        10);
    assertThat(one.calls.get()).isEqualTo(10);
  }

  private Door web(List<Backend> backends, int backups) {
    List<FixedServer> servers = new ArrayList<>();
    for (Backend backend : backends) {
      boolean backup = servers.size() >= backends.size() - backups;
      servers.add(new FixedServer(
          backend.name, Address.of("127.0.0.1:" + backend.server.getAddress().getPort()), backup));
    }
    return Door.of("web", Address.of("127.0.0.1:1"), Protocol.HTTP).withServers(servers);
  }

  private HaproxyServer start(String version, Door door) throws Exception {
    String text = HaproxyConfig.text(Edge.at("unix:/socket"), List.of(door))
        .replace("'/socket'", "\"${socket}\"")
        .replace("bind 127.0.0.1:1", "bind 127.0.0.1:${port:door}");
    HaproxyServer haproxy = HaproxyServer.start(version, text);
    open.add(haproxy);
    for (FixedServer server : door.servers()) {
      if (!server.backup()) {
        until(haproxy, server.name(), "UP");
      }
    }
    return haproxy;
  }

  private HttpResponse<String> get(HaproxyServer haproxy) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + haproxy.port("door") + "/"))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Waits until a check has been made and its result is this. */
  private static void until(HaproxyServer haproxy, String server, String status) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    String last = "";
    while (System.nanoTime() < deadline) {
      for (String row : haproxy.ask("show stat").lines().toList()) {
        String[] fields = row.split(",", -1);
        if (fields.length > 40 && fields[1].equals(server)) {
          last = row;
          boolean checked = !fields[36].isEmpty() && !fields[36].startsWith("*");
          if (checked && fields[17].equals(status)) {
            return;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError(server + " is not " + status + ": " + last);
  }

  private HealthGrpc.HealthBlockingStub stub(ManagedChannel channel) {
    open.add(0, channel::shutdownNow);
    return HealthGrpc.newBlockingStub(channel);
  }

  private static void call(HealthGrpc.HealthBlockingStub stub, int times) {
    for (int i = 0; i < times; i++) {
      ServingStatus status = stub.withDeadlineAfter(10, TimeUnit.SECONDS)
          .check(HealthCheckRequest.newBuilder().setService("").build())
          .getStatus();
      assertThat(status).isEqualTo(ServingStatus.SERVING);
    }
  }

  private Backend http(String name) throws IOException {
    Backend backend = new Backend(name);
    open.add(backend);
    return backend;
  }

  private GrpcBackend grpc() throws IOException {
    GrpcBackend backend = new GrpcBackend();
    open.add(backend);
    return backend;
  }

  /** Answers with its name and counts. */
  private static final class Backend implements AutoCloseable {
    private final String name;
    private final AtomicInteger calls = new AtomicInteger();
    private final HttpServer server;

    Backend(String name) throws IOException {
      this.name = name;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", exchange -> {
        calls.incrementAndGet();
        byte[] body = name.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
      });
      server.start();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /** Answers health checks; those of clients say who they are and are counted. */
  private static final class GrpcBackend implements AutoCloseable, ServerInterceptor {
    private static final Metadata.Key<String> AGENT =
        Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicInteger calls = new AtomicInteger();
    private final HealthStatusManager health = new HealthStatusManager();
    private final Server server;

    GrpcBackend() throws IOException {
      health.setStatus(SERVICE, ServingStatus.SERVING);
      server = NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(health.getHealthService())
          .intercept(this)
          .build()
          .start();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (headers.containsKey(AGENT)) {
        calls.incrementAndGet();
      }
      return next.startCall(call, headers);
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }
}
