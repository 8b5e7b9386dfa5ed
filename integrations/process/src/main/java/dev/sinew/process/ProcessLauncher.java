// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.ProcessSpec.OnControllerLoss;
import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
  public Child launch(String id, int port, String fingerprint) throws IOException {
    ProcessSpec spec = specs.get();
    Path log = logs.create(id);
    Process process = null;
    try {
      process = builder(spec, id, port, fingerprint)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.appendTo(log.toFile()))
          .start();
      if (spec.onControllerLoss() == OnControllerLoss.KEEP) {
        close(process.getOutputStream());
      }
      ProcessIdentity identity = ProcessIdentity.of(process.pid());
      Child child = new Running(id, process, identity, new HealthProbe(port, wake));
      var unused = process.onExit().thenRun(wake);
      return child;
    } catch (IOException | RuntimeException | Error e) {
      if (process != null) {
        process.destroyForcibly();
        close(process.getOutputStream());
      }
      forget(id);
      throw e;
    }
  }

  /** Takes over a living child that another process has started; null if it has ended meanwhile. */
  @Nullable Child adopt(String id, int port, ProcessIdentity identity) {
    ProcessHandle handle = ProcessHandle.of(identity.pid()).orElse(null);
    if (handle == null || !identity.alive()) {
      return null;
    }
    var unused = handle.onExit().thenRun(wake);
    return new AdoptedChild(
        identity, handle, new HealthProbe(port, wake), () -> lastLine(id), () -> forget(id));
  }

  /** Removes what is kept on behalf of a child that is gone. */
  void forget(String id) {
    logs.ended(id);
    Path folder = specs.get().stateDirectory();
    if (folder != null) {
      PidFile.delete(PidFile.path(folder, id));
    }
  }

  static ProcessBuilder builder(ProcessSpec spec, String id, int port, String fingerprint) {
    List<String> words = Guard.guarded(spec.command());
    Path folder = spec.stateDirectory();
    if (spec.onControllerLoss() == OnControllerLoss.KEEP && folder != null) {
      Path file = PidFile.path(folder.toAbsolutePath(), id);
      words = Guard.kept(spec.command(), file, port, fingerprint);
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    Path workingDirectory = spec.workingDirectory();
    if (workingDirectory != null) {
      builder.directory(workingDirectory.toFile());
    }
    Map<String, String> environment = builder.environment();
    environment.putAll(spec.environment());
    environment.put(spec.portVariable(), Integer.toString(port));
    environment.put(ProcessSpec.REGISTRY, spec.registry());
    environment.put(ProcessSpec.REPLICA_ID, id);
    return builder;
  }

  private String lastLine(String id) {
    List<String> lines = logs.last(id);
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
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
    private final @Nullable ProcessIdentity identity;
    private final HealthProbe probe;

    Running(String id, Process process, @Nullable ProcessIdentity identity, HealthProbe probe) {
      this.id = id;
      this.process = process;
      this.identity = identity;
      this.probe = probe;
    }

    @Override
    public @Nullable ProcessIdentity identity() {
      return identity;
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
    public OptionalInt exitCode() {
      return OptionalInt.of(process.exitValue());
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
    public void askHealth(HealthCheck check) {
      probe.ask(check);
    }

    @Override
    public @Nullable Answer takeHealth() {
      return probe.take();
    }

    @Override
    public String lastLine() {
      return ProcessLauncher.this.lastLine(id);
    }

    @Override
    public void release() {
      close(process.getOutputStream());
      probe.close();
      forget(id);
    }

    @Override
    public void detach() {
      probe.close();
    }
  }
}
