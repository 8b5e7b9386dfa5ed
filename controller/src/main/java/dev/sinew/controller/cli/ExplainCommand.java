// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.Expect;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.config.yaml.Suggestions;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.explain.Explanation;
import dev.sinew.controller.explain.ExplanationJson;
import dev.sinew.controller.explain.ExplanationText;
import dev.sinew.controller.explain.Moment;
import dev.sinew.controller.explain.Replay;
import dev.sinew.controller.explain.ReplayText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinew explain}. */
@Command(
    name = "explain",
    description = {
      "Why a service has as many replicas as it has, from the controller's decision log; also while the",
      "controller does not run. Exit status 1 if there is no log, or if a replay differs."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class ExplainCommand implements Callable<Integer> {
  private static final int CHANGES = 5;
  private static final int MOST_CHANGES = 10_000;

  @Parameters(paramLabel = "SERVICE", description = "its name in the fleet file")
  private String service = "";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "the fleet file, which says where the log is (default: fleet.yaml)")
  private Path file = Path.of("fleet.yaml");

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "the controller's state folder, in place of what the fleet file says")
  private @Nullable Path state;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "another time than now: 2026-11-22T14:03:20Z, 14:03, 14:03:20 or -15m")
  private @Nullable String at;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "only the last N changes of the number, one line each (1 to 10000)")
  private @Nullable Integer last;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      description = {
        "decide every logged situation again, by the logged settings or by those of another fleet file,",
        "and show where the answers differ"
      })
  private @Nullable String replay;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  ExplainCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws IOException {
    Moment moment = new Moment(Instant.now(), ZoneId.systemDefault());
    check();
    Instant until = until(moment);
    Path folder = folder();
    DecisionReader log = new DecisionReader(folder);
    try {
      return replay == null ? explain(log, until, moment) : replay(log, replay, moment);
    } catch (IOException e) {
      throw new InputException(Expect.message(
          "decision log",
          folder,
          "one that can be read; " + e.getClass().getSimpleName() + ": " + e.getMessage()));
    }
  }

  private void check() {
    if (replay != null && (at != null || last != null)) {
      throw new InputException("--replay: it replays the whole log (expected: no --at, no --last)");
    }
    if (last != null && (last < 1 || last > MOST_CHANGES)) {
      throw new InputException(Expect.message("--last", last, "1 to " + MOST_CHANGES));
    }
  }

  private Instant until(Moment moment) {
    try {
      return at == null ? moment.now() : moment.parse(at);
    } catch (IllegalArgumentException e) {
      throw new InputException("--at: " + e.getMessage());
    }
  }

  private int explain(DecisionReader log, Instant until, Moment moment) throws IOException {
    Explanation why = Explanation.read(log, service, until, last == null ? CHANGES : last);
    if (why == null) {
      return nothing(at == null ? "" : " before " + until);
    }
    List<String> lines =
        last == null ? ExplanationText.lines(why, moment) : ExplanationText.changes(why, moment);
    print(json ? List.of(ExplanationJson.text(why)) : lines);
    return 0;
  }

  private int replay(DecisionReader log, String other, Moment moment) throws IOException {
    PolicySettings settings = other.isEmpty() ? null : settings(Path.of(other));
    Replay result = Replay.of(log, settings);
    if (result.situations() + result.incomplete() == 0) {
      return nothing("");
    }
    String by = settings == null ? "the logged settings" : "the settings of " + other;
    print(
        json
            ? List.of(ReplayText.json(service, result, by))
            : ReplayText.lines(service, result, by, moment));
    return result.differing() == 0 ? 0 : 1;
  }

  private int nothing(String when) {
    spec.commandLine()
        .getErr()
        .println(spec.qualifiedName() + ": " + service + " has no decision in the log" + when
            + " (sinew run writes it)");
    return 1;
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
  }

  /** The log's folder, if the service is one that the file or the state folder knows. */
  private Path folder() throws IOException {
    TreeSet<String> known = new TreeSet<>();
    StateFolder folder;
    if (state != null) {
      folder = new StateFolder(state);
    } else {
      FleetConfig config = config(file, "; --state FOLDER reads the log without it");
      folder = new StateFolder(config.controller().state());
      known.addAll(config.services().keySet());
    }
    known.addAll(folder.services());
    if (!known.contains(service)) {
      throw new InputException(Expect.message("SERVICE", service, expected(known)));
    }
    return folder.decisions(service);
  }

  private PolicySettings settings(Path other) {
    FleetConfig config = config(other, "");
    ServiceConfig found = config.services().get(service);
    if (found == null) {
      throw new InputException(other + ": "
          + Expect.message("SERVICE", service, expected(config.services().keySet())));
    }
    return found.policy();
  }

  private String expected(Set<String> known) {
    return known.isEmpty()
        ? "a service that has run; none has"
        : Suggestions.expected(service, known);
  }

  private static FleetConfig config(Path path, String hint) {
    FleetFile read = FleetFile.check(path, Map.copyOf(System.getenv()));
    if (read.config() == null) {
      String first =
          read.errors().isEmpty() ? path.toString() : read.errors().get(0).toString();
      int more = read.errors().size() - 1;
      throw new InputException(first + (more > 0 ? " and " + more + " more" : "") + hint);
    }
    return read.config();
  }
}
