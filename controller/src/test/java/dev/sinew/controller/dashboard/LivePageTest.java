// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.http.Guard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("browser")
@Timeout(60)
final class LivePageTest {
  private final LiveHistory history = new LiveHistory(FakeRun.info("run-1"));
  private final List<Socket> sockets = new ArrayList<>();
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer(history, 0);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void the_page_and_its_files_come_with_the_strict_policy() throws IOException {
    for (String path : List.of("/", "/page/page.js", "/page/page.css", "/page/uplot/LICENSE")) {
      List<String> answer = answer("GET " + path, "127.0.0.1:" + server.port());
      assertThat(answer.get(0)).as(path).contains("200");
      assertThat(answer)
          .anyMatch(line -> line.equalsIgnoreCase("Content-security-policy: " + Guard.POLICY))
          .anyMatch(line -> line.equalsIgnoreCase("X-content-type-options: nosniff"))
          .anyMatch(line -> line.equalsIgnoreCase("Referrer-policy: no-referrer"))
          .anyMatch(line -> line.equalsIgnoreCase("Cache-control: no-store"));
    }
    assertThat(Guard.POLICY).doesNotContain("unsafe");
  }

  @Test
  void every_file_the_page_names_is_served_and_every_file_served_is_named() {
    String index = PageFiles.text("index.html");
    List<String> named = new ArrayList<>(PageFiles.STYLES);
    named.addAll(PageFiles.SCRIPTS);
    assertThat(named).allSatisfy(name -> assertThat(index).contains("\"/page/" + name + "\""));
    assertThat(index.split("\"/page/", -1)).hasSize(named.size() + 1);
  }

  @Test
  void only_get_from_a_loopback_name_is_answered() throws IOException {
    String here = "localhost:" + server.port();
    assertThat(answer("POST /", here).get(0)).contains("405");
    assertThat(answer("DELETE /live", here).get(0)).contains("405");
    assertThat(answer("HEAD /", here).get(0)).contains("405");
    assertThat(answer("GET /", "rebound.example").get(0)).contains("421");
    assertThat(answer("GET /live", "127.0.0.1.example:80").get(0)).contains("421");
    assertThat(answer("GET /", "[::1]:8080").get(0)).contains("200");
    assertThat(answer("GET /nothing", here).get(0)).contains("404");
    assertThat(answer("GET /page/../LivePage.class", here).get(0)).contains("404");
    assertThat(answer("GET /page/%2e%2e/LivePage.class", here).get(0)).contains("404");
    assertThat(answer("GET /live", here + "\r\nSec-Fetch-Site: cross-site").get(0))
        .contains("403");
  }

  @Test
  void a_watcher_is_greeted_with_everything_and_then_told_what_is_new() throws IOException {
    history.add(point(1));
    BufferedReader watcher = watch();
    assertThat(next(watcher, "hello")).contains("\"id\":\"run-1\"").contains("\"at\":[1]");
    history.add(LiveEvent.decision(2, 2, 5, "Scale out"));
    history.add(point(2));
    assertThat(next(watcher, "news")).contains("\"at\":[2]").contains("\"label\":\"D1\"");
  }

  @Test
  void idle_watchers_keep_no_thread_of_the_server() throws IOException {
    for (int i = 0; i < 10; i++) { // the server has two threads
      next(watch(), "hello");
    }
    assertThat(answer("GET /", "localhost").get(0)).contains("200");
  }

  @Test
  void the_sixty_fifth_watcher_is_refused_until_one_leaves() throws Exception {
    for (int i = 0; i < LiveStream.MOST_WATCHERS; i++) {
      next(watch(), "hello");
    }
    assertThat(answer("GET /live", "localhost").get(0)).contains("503");
    sockets.get(0).close();
    int second = 1;
    while (server.page.watching()
        == LiveStream.MOST_WATCHERS) { // gone is noticed when something is written
      history.add(point(second++));
      TimeUnit.MILLISECONDS.sleep(50);
    }
    next(watch(), "hello");
  }

  @Test
  void a_watcher_that_does_not_read_is_cut_off_and_delays_nobody() throws Exception {
    watch(); // reads no further
    BufferedReader reader = watch();
    next(reader, "hello");
    while (server.page.watching() == 2) {
      for (int i = 0; i < LiveHistory.MOST_EVENTS; i++) { // about a megabyte of news
        history.add(LiveEvent.event(1, "x".repeat(LiveJson.LONGEST_TEXT)));
      }
      next(reader, "news");
    }
    assertThat(server.page.watching()).isOne();
    history.add(LiveEvent.event(1, "still here"));
    String news = next(reader, "news");
    while (!news.contains("still here")) {
      news = next(reader, "news");
    }
  }

  @Test
  void closing_lets_the_watchers_go() throws Exception {
    BufferedReader watcher = watch();
    next(watcher, "hello");
    server.close();
    until(() -> server.page.watching() == 0);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) { // bounded by the class's time limit
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Opens the stream; what comes first is left to be read. */
  private BufferedReader watch() throws IOException {
    BufferedReader reader = request("GET /live", "127.0.0.1:" + server.port());
    assertThat(reader.readLine()).contains("200");
    return reader;
  }

  private List<String> answer(String request, String host) throws IOException {
    BufferedReader reader = request(request, host + "\r\nConnection: close");
    List<String> head = new ArrayList<>();
    String line = reader.readLine();
    while (line != null && !line.isEmpty()) {
      head.add(line);
      line = reader.readLine();
    }
    return head;
  }

  private BufferedReader request(String request, String host) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    socket.setSoTimeout(20_000);
    String head = request + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The data of the next message of a kind. */
  private static String next(BufferedReader watcher, String event) throws IOException {
    String line = watcher.readLine();
    while (line != null && !line.equals("event: " + event)) {
      line = watcher.readLine();
    }
    assertThat(line).as("the stream ended before " + event).isNotNull();
    return watcher.readLine();
  }

  private static LivePoint point(int second) {
    return new LivePoint(second, 1, 1, 0, 1, 1, 1, 1, 0, 0);
  }
}
