// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks one port on this machine whether its server serves.
 *
 * <p>At most one question is open; each has 1 s. Nothing blocks: the answer waits to be taken. One
 * thread asks, takes and closes.
 */
public final class HealthProbe implements AutoCloseable {
  private final InetSocketAddress address;
  private final Runnable wake;
  private final AtomicBoolean open = new AtomicBoolean();
  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
  private @Nullable HealthCheck check;
  private @Nullable HealthQuestion question;

  /**
   * Prepares; nothing is sent before the first question.
   *
   * @param port where the server listens on the loopback address; 1 to 65535
   * @param wake called from a network thread when an answer has arrived; it must not block
   */
  public HealthProbe(int port, Runnable wake) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.wake = wake;
  }

  /** Asks by a check, which may be another than before, unless a question is open. */
  public void ask(HealthCheck by) {
    if (!open.compareAndSet(false, true)) {
      return;
    }
    try {
      HealthQuestion asked = question;
      if (asked == null || !by.equals(check)) {
        close();
        asked = by.question(address);
        question = asked;
        check = by;
      }
      asked.ask(this::hear);
    } catch (RuntimeException | Error e) {
      // A machine without a thread or a file to spare says so by an Error, too.
      hear(new Answer(false, e.getClass().getSimpleName()));
    }
  }

  /** The answer that has arrived since the last call, or null. */
  public @Nullable Answer take() {
    return answer.getAndSet(null);
  }

  @Override
  public void close() {
    HealthQuestion asked = question;
    question = null;
    if (asked != null) {
      asked.close();
    }
  }

  private void hear(Answer word) {
    answer.set(word);
    open.set(false);
    wake.run();
  }

  /**
   * What a server said of itself, or why it said nothing.
   *
   * @param serving whether it serves
   * @param said its status, or what went wrong; never text of the server's own
   */
  public record Answer(boolean serving, String said) {}
}
