// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.TestServers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/haproxy/run}, as somebody who tries it runs it. */
@Tag("haproxy")
@Timeout(120)
final class ExampleTest {
  private static final int REQUESTS = 300;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  @TempDir
  private Path folder;

  @Test
  void three_servers_get_each_request_exactly_once_in_turn() throws Exception {
    Path programs = TestServers.program("haproxy").getParent();
    List<Integer> ports = freePorts(4);
    Path log = folder.resolve("run.log");
    ProcessBuilder builder = new ProcessBuilder(
            Path.of("../../examples/haproxy/run").toRealPath().toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PATH", programs + ":" + System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("TMPDIR", folder.toString());
    List<String> names = List.of("DOOR", "ONE", "TWO", "THREE");
    names.forEach(name -> environment.put(name, ports.get(names.indexOf(name)).toString()));
    Process run = builder.start();
    try {
      awaitLine(log, "The door is ");
      untilAllServe(ports);
      Map<String, Integer> answers = new TreeMap<>();
      for (int i = 0; i < REQUESTS; i++) {
        answers.merge(get(ports.get(0)), 1, Integer::sum);
      }
      assertThat(answers)
          .isEqualTo(Map.of(
              "200 " + ports.get(1), 100, "200 " + ports.get(2), 100, "200 " + ports.get(3), 100));
    } finally {
      List<ProcessHandle> children = run.descendants().toList();
      run.destroy();
      assertThat(run.waitFor(20, TimeUnit.SECONDS)).isTrue();
      for (ProcessHandle child : children) {
        child.onExit().orTimeout(20, TimeUnit.SECONDS).join();
      }
    }
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(log);
    }
  }

  private static void awaitLine(Path log, String line) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(log).contains(line)) {
      assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** HAProxy takes a moment to listen, and a check may have failed while the machine was busy. */
  private void untilAllServe(List<Integer> ports) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    List<String> wanted =
        ports.stream().skip(1).map(port -> "200 " + port).sorted().toList();
    List<String> last = List.of();
    while (!last.equals(wanted)) {
      assertThat(System.nanoTime()).as(last.toString()).isLessThan(deadline);
      List<String> three = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        three.add(getOnceItListens(ports.get(0)));
      }
      last = three.stream().sorted().toList();
    }
  }

  private String getOnceItListens(int port) throws IOException, InterruptedException {
    try {
      return get(port);
    } catch (ConnectException e) {
      TimeUnit.MILLISECONDS.sleep(20);
      return "";
    }
  }

  private String get(int port) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString(UTF_8));
    return answer.statusCode() + " " + answer.body().strip();
  }

  private static List<Integer> freePorts(int number) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int port = 21_000 + (int) (ProcessHandle.current().pid() % 8_000);
        ports.size() < number;
        port++) {
      try {
        sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        ports.add(port);
      } catch (IOException e) {
        // Somebody else's.
      }
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }
}
