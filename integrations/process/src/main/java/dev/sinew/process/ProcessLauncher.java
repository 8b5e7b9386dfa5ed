// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.HealthProbe.Answer;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts children of the operating system, guarded as the spec says. */
final class ProcessLauncher implements Child.Launcher {
  private final Supplier<ProcessSpec> specs;
  private final ChildLogs logs;
  private final Runnable wake;

  /**
   * Prepares.
   *
   * @param specs what to start, asked each time
   * @param wake called from any thread when a child has ended or answered; it must not block
   */
  ProcessLauncher(Supplier<ProcessSpec> specs, ChildLogs logs, Runnable wake) {
    this.specs = specs;
    this.logs = logs;
    this.wake = wake;
  }

  @Override
  public Child launch(String id, int port) throws IOException {
    ProcessSpec spec = specs.get();
    Path log = logs.create(id);
    Process process = null;
    try {
      process = builder(spec, id, port)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.appendTo(log.toFile()))
          .start();
      if (spec.onControllerLoss() == OnControllerLoss.KEEP) {
        close(process.getOutputStream());
      }
      Child child = new Running(id, process, new HealthProbe(port, wake));
      var unused = process.onExit().thenRun(wake);
      return child;
    } catch (IOException | RuntimeException e) {
      if (process != null) {
        process.destroyForcibly();
        close(process.getOutputStream());
      }
      logs.ended(id);
      throw e;
    }
  }

  static ProcessBuilder builder(ProcessSpec spec, String id, int port) {
    ProcessBuilder builder =
        new ProcessBuilder(Guard.wrap(spec.command(), spec.onControllerLoss()));
    Map<String, String> environment = builder.environment();
    environment.putAll(spec.environment());
    environment.put(spec.portVariable(), Integer.toString(port));
    environment.put(ProcessSpec.REGISTRY, spec.registry());
    environment.put(ProcessSpec.REPLICA_ID, id);
    return builder;
  }

  private static void close(OutputStream pipe) {
    try {
      pipe.close();
    } catch (IOException e) {
      // The other end has gone before: that is what closing is for.
    }
  }

  private final class Running implements Child {
    private final String id;
    // Holds the pipe open that the guard reads: it must stay reachable as long as the child shall
    // live.
    private final Process process;
    private final HealthProbe probe;

    Running(String id, Process process, HealthProbe probe) {
      this.id = id;
      this.process = process;
      this.probe = probe;
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public boolean alive() {
      return process.isAlive();
    }

    @Override
    public int exitCode() {
      return process.exitValue();
    }

    @Override
    public void terminate() {
      process.destroy();
    }

    @Override
    public void kill() {
      process.destroyForcibly();
    }

    @Override
    public void askHealth() {
      probe.ask();
    }

    @Override
    public @Nullable Answer takeHealth() {
      return probe.take();
    }

    @Override
    public String lastLine() {
      List<String> lines = logs.last(id);
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    @Override
    public void release() {
      close(process.getOutputStream());
      probe.close();
      logs.ended(id);
    }
  }
}
