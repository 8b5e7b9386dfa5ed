// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AnnouncerTest {
  @Test
  void what_was_said_is_printed_before_the_end() {
    StringWriter printed = new StringWriter();
    try (Announcer announcer = new Announcer(new PrintWriter(printed))) {
      announcer.say("one");
      announcer.say("two");
    }
    assertThat(printed.toString().lines()).containsExactly("one", "two");
  }

  @Test
  void a_terminal_that_stands_still_holds_nobody_up_and_what_is_lost_is_counted() {
    CountDownLatch goesOn = new CountDownLatch(1);
    StringWriter printed = new StringWriter();
    Announcer announcer = new Announcer(new PrintWriter(new Standing(printed, goesOn)));
    for (int i = 0; i < 2 * Announcer.MOST; i++) {
      announcer.say("line " + i);
    }
    goesOn.countDown();
    announcer.close();
    assertThat(printed.toString()).startsWith("line 0").containsPattern("[0-9]+ lines could not");
    assertThat(printed.toString().lines().count()).isLessThanOrEqualTo(Announcer.MOST + 2);
  }

  /** Takes nothing until it is let go on. */
  private static final class Standing extends Writer {
    private final StringWriter to;
    private final CountDownLatch goesOn;

    Standing(StringWriter to, CountDownLatch goesOn) {
      this.to = to;
      this.goesOn = goesOn;
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      to.write(buffer, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
