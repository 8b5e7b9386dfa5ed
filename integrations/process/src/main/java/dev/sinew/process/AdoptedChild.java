// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe;
import dev.sinew.process.health.HealthProbe.Answer;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A child that an earlier process has started. It is known by id and start time, before each signal
 * too; how it ends is told to nobody.
 */
final class AdoptedChild implements Child {
  private static final long LOOK_NANOS = MILLISECONDS.toNanos(100);

  private final ProcessIdentity identity;
  private final ProcessHandle handle;
  private final HealthProbe probe;
  private final Supplier<String> lastLine;
  private final Runnable forget;
  private boolean alive = true;
  private long lookedAtNanos = System.nanoTime();

  AdoptedChild(
      ProcessIdentity identity,
      ProcessHandle handle,
      HealthProbe probe,
      Supplier<String> lastLine,
      Runnable forget) {
    this.identity = identity;
    this.handle = handle;
    this.probe = probe;
    this.lastLine = lastLine;
    this.forget = forget;
  }

  @Override
  public ProcessIdentity identity() {
    return identity;
  }

  @Override
  public long pid() {
    return identity.pid();
  }

  // The handle takes a process that is dead and that nobody buries for alive: only /proc tells.
  @Override
  public boolean alive() {
    long now = System.nanoTime();
    if (alive && now - lookedAtNanos >= LOOK_NANOS) {
      lookedAtNanos = now;
      alive = identity.alive();
    }
    return alive;
  }

  @Override
  public OptionalInt exitCode() {
    return OptionalInt.empty();
  }

  @Override
  public void terminate() {
    if (identity.alive()) {
      handle.destroy();
    }
  }

  @Override
  public void kill() {
    if (identity.alive()) {
      handle.destroyForcibly();
    }
  }

  @Override
  public void askHealth(HealthCheck check) {
    probe.ask(check);
  }

  @Override
  public @Nullable Answer takeHealth() {
    return probe.take();
  }

  @Override
  public String lastLine() {
    return lastLine.get();
  }

  @Override
  public void release() {
    probe.close();
    forget.run();
  }

  @Override
  public void detach() {
    probe.close();
  }
}
