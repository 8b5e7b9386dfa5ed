// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("browser")
@Timeout(60)
final class LivePageCostTest {
  private static final int UPDATES = 10;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** One update a second is what a run makes, so the time per update is the share of a core. */
  @Test
  void a_page_of_five_hundred_replicas_costs_less_than_a_twentieth_of_a_core() throws Exception {
    FakeRun run = new FakeRun(125);
    LiveHistory history = new LiveHistory(FakeRun.info("cost"));
    for (int second = 1; second < 80_000; second++) { // a day's history behind it
      history.add(new LivePoint(second, 1, 1, 0, 1, 1, 1, 1, 0, 0));
    }
    try (FakeServer server = new FakeServer(history, 0)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + "live")).build();
      HttpClient client = HttpClient.newHttpClient();
      try (InputStream in = client.send(request, BodyHandlers.ofInputStream()).body()) {
        readPast(in, "event: hello");
        long before = spentNanos();
        for (int i = 0; i < UPDATES; i++) {
          history.replicas(run.rows(60 + i % 50));
          history.add(new LivePoint(80_000 + i, 1, 1, 0, 1, 1, 1, 1, 0, 0));
          readPast(in, "\"rows\"");
        }
        double millis = (spentNanos() - before) / 1e6 / UPDATES;
        System.out.printf("live page: replicas=500 update_cpu_ms=%.2f%n", millis);
        assertThat(millis).as("CPU milliseconds per update").isLessThan(50);
      }
    }
  }

  /** CPU time of the page's threads. */
  private long spentNanos() {
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("sinew-live")) {
        sum += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return sum;
  }

  private static void readPast(InputStream in, String text) throws Exception {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int matched = 0;
    while (matched < wanted.length) {
      int c = in.read();
      assertThat(c).as("end before " + text).isNotNegative();
      assertThat(System.nanoTime() < deadline || matched == 0).isTrue();
      matched = c == wanted[matched] ? matched + 1 : c == wanted[0] ? 1 : 0;
    }
  }
}
