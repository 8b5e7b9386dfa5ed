// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.controller.demo.Demo;
import dev.sinew.controller.demo.DemoFiles;
import dev.sinew.controller.demo.DemoSettings;
import dev.sinew.controller.demo.DemoSummary;
import dev.sinew.controller.demo.system.DemoSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sinew demo}. */
@Command(
    name = "demo",
    description = {
      "The closed loop on this machine: a fleet of child processes that follows the load, survives a",
      "kill -9 and explains every decision. Ends with a summary; exit status 1 if any call failed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class DemoCommand implements Callable<Integer> {
  /** What a shell makes of an end by SIGINT. */
  private static final int INTERRUPTED = 130;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "length of the load, 30 to 3600 (default: 110)")
  private @Nullable Integer seconds;

  @Option(
      names = "--trace",
      paramLabel = "FILE.csv",
      description =
          "replay a recorded rate (columns t_seconds,requests_per_second), squeezed into the length and"
              + " scaled to this machine")
  private @Nullable Path trace;

  @Option(names = "--json", paramLabel = "FILE", description = "write everything that was measured")
  private @Nullable Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "write the report, a page that needs no network (default: a file in the build folder)")
  private @Nullable Path html = defaultReport();

  @Option(
      names = "--signals",
      paramLabel = "SOURCE",
      description =
          "who tells the loop the load: orca (the replicas), prometheus (a real one, scraping them) or"
              + " haproxy (a real one, which the calls go through) (default: orca)")
  private String signals = "orca";

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "port of the controller on 127.0.0.1 (default: any free one)")
  private int port;

  @Option(names = "--seed", paramLabel = "S", description = "of all that is random (default: 1)")
  private long seed = 1;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  DemoCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoSettings settings = settings();
    checkWritable("--json", json);
    checkWritable("--html", html);
    PrintWriter out = spec.commandLine().getOut();
    DemoFiles files = DemoFiles.create();
    boolean keepLogs = false;
    try {
      ProgramLog.to(files.logs().resolve("controller.log"));
      DemoSummary summary = run(settings, out, files);
      if (summary == null) {
        return INTERRUPTED;
      }
      keepLogs = summary.failed();
      tell(summary, out);
      if (keepLogs) {
        out.println("Logs: " + files.logs());
      }
      return summary.failed() ? 1 : 0;
    } finally {
      if (!keepLogs) {
        files.delete();
      }
    }
  }

  private void tell(DemoSummary summary, PrintWriter out) throws IOException {
    summary.lines().forEach(out::println);
    if (json != null) {
      summary.write(json);
      out.println("Written: " + json);
    }
    if (html != null) {
      summary.writePage(html);
      out.println("Report:  " + html);
    }
  }

  private static @Nullable DemoSummary run(DemoSettings settings, PrintWriter out, DemoFiles files)
      throws InterruptedException {
    try (Demo demo = open(settings, out, files)) {
      Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "sinew-demo-exit"));
      return demo.run();
    }
  }

  private DemoSettings settings() {
    try {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("--port: " + port + " (expected: 0 to 65535)");
      }
      return trace == null
          ? DemoSettings.scripted(
              seconds == null ? DemoSettings.DEFAULT_SECONDS : seconds, kind(), port, seed)
          : DemoSettings.traced(trace, seconds, kind(), port, seed);
    } catch (IllegalArgumentException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  private DemoSystem.Kind kind() {
    return Stream.of(DemoSystem.Kind.values())
        .filter(kind -> kind.word().equals(signals))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "--signals: " + signals + " (expected: orca, prometheus or haproxy)"));
  }

  private static Demo open(DemoSettings settings, PrintWriter out, DemoFiles files)
      throws InterruptedException {
    try {
      return new Demo(settings, out, files.logs(), files.cache());
    } catch (BindException e) {
      throw new InputException("--port: " + settings.port()
          + " (expected: a free port on 127.0.0.1; " + e.getMessage() + ")");
    } catch (IOException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /** In the folder that the launcher names; none if the program was started otherwise. */
  private static @Nullable Path defaultReport() {
    String folder = System.getProperty("sinew.output");
    return folder == null ? null : Path.of(folder, "demo.html");
  }

  /** Found out before two minutes of load, not after. */
  private static void checkWritable(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    boolean writable = Files.exists(file)
        ? Files.isRegularFile(file) && Files.isWritable(file)
        : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    if (!writable) {
      throw new InputException(option + ": " + file + " (expected: a file in a writable folder)");
    }
  }
}
