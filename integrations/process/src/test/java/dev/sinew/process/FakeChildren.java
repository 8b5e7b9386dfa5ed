// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.HealthProbe.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Children that do what a test says. */
final class FakeChildren implements Child.Launcher {
  final List<Fake> launched = new ArrayList<>();

  @Nullable String refusal;

  @Nullable RuntimeException defect;

  @Override
  public Child launch(String id, int port) throws IOException {
    if (refusal != null) {
      throw new IOException(refusal);
    }
    if (defect != null) {
      throw defect;
    }
    Fake child = new Fake(id, port, 1000 + launched.size());
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
    boolean obeysTerm = true;
    boolean terminated;
    boolean killed;
    boolean released;
    int asked;
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
    public long pid() {
      return pid;
    }

    @Override
    public boolean alive() {
      return alive;
    }

    @Override
    public int exitCode() {
      return exitCode;
    }

    @Override
    public void terminate() {
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
    public void askHealth() {
      asked++;
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
  }
}
