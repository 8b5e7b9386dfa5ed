// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Children that do what a test says. */
final class FakeChildren implements Child.Launcher {
  final List<Fake> launched = new ArrayList<>();

  /** Whether those that are launched from now on serve. */
  boolean serving = true;

  /** Runs before each launch. */
  Runnable before = () -> {};

  @Nullable String refusal;

  @Nullable RuntimeException defect;

  @Override
  public Child launch(String id, int port, String fingerprint) throws IOException {
    if (refusal != null) {
      throw new IOException(refusal);
    }
    if (defect != null) {
      throw defect;
    }
    before.run();
    Fake child = new Fake(id, port, 1000 + launched.size());
    child.serving = serving;
    launched.add(child);
    return child;
  }

  Fake byId(String id) {
    return launched.stream().filter(child -> child.id.equals(id)).findFirst().orElseThrow();
  }

  /** One child; alive until a test or a kill ends it. */
  static final class Fake implements Child {
    final String id;
    final int port;
    final long pid;
    boolean alive = true;
    boolean serving = true;
    Runnable beforeTerm = () -> {};
    boolean obeysTerm = true;
    boolean terminated;
    boolean killed;
    boolean released;
    boolean detached;
    int asked;

    @Nullable HealthCheck askedBy;

    int exitCode;
    String lastLine = "";
    private @Nullable Answer answer;

    Fake(String id, int port, long pid) {
      this.id = id;
      this.port = port;
      this.pid = pid;
    }

    void exit(int code, String line) {
      alive = false;
      exitCode = code;
      lastLine = line;
    }

    @Override
    public ProcessIdentity identity() {
      return new ProcessIdentity(pid, pid * 100, "00c0ffee");
    }

    @Override
    public long pid() {
      return pid;
    }

    @Override
    public boolean alive() {
      return alive;
    }

    @Override
    public OptionalInt exitCode() {
      return OptionalInt.of(exitCode);
    }

    @Override
    public void terminate() {
      beforeTerm.run();
      terminated = true;
      if (obeysTerm) {
        exit(143, "");
      }
    }

    @Override
    public void kill() {
      killed = true;
      exit(137, "");
    }

    @Override
    public void askHealth(HealthCheck check) {
      asked++;
      askedBy = check;
      answer = new Answer(serving, serving ? "SERVING" : "DEADLINE_EXCEEDED");
    }

    @Override
    public @Nullable Answer takeHealth() {
      Answer taken = answer;
      answer = null;
      return taken;
    }

    @Override
    public String lastLine() {
      return lastLine;
    }

    @Override
    public void release() {
      released = true;
    }

    @Override
    public void detach() {
      detached = true;
    }
  }
}
