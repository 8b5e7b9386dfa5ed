// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RepliesTest {
  private static final byte[] LARGE = new byte[64 << 20];

  @Test
  void who_does_not_read_an_answer_is_cut_off_and_the_thread_goes_on_unharmed() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (HttpFront front = HttpFront.open(anyPort, "test-http")) {
      Guard.loopback().serve(front.server(), "/large", Area.OPEN, exchange -> {
        Replies.send(exchange, 200, "text/plain", LARGE);
        interrupted.set(Thread.currentThread().isInterrupted());
        done.countDown();
      });
      front.start();
      try (Socket silent =
          new Socket(InetAddress.getLoopbackAddress(), front.address().getPort())) {
        silent
            .getOutputStream()
            .write("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).isFalse();
      }
    }
  }

  @Test
  void busy_threads_keep_no_task_waiting() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(50);
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (HttpFront front = HttpFront.open(anyPort, "test-http")) {
      for (int i = 0; i < 50; i++) {
        front.workers().execute(() -> {
          begun.countDown();
          try {
            release.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
      }
      assertThat(begun.await(20, TimeUnit.SECONDS))
          .as("a thread for each, none queued")
          .isTrue();
      assertThat(front.unheard()).isFalse();
      release.countDown();
    }
  }
}
