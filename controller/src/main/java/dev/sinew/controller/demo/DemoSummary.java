// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.autoscaler.target.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What is said at the end of a demo. */
public final class DemoSummary {
  private final DemoResult result;
  private final DemoStory story;

  DemoSummary(DemoStory story) {
    this.story = story;
    this.result = story.result();
  }

  /** Whether a call failed. */
  public boolean failed() {
    return result.calls().failed() > 0;
  }

  /** Writes the result as JSON. */
  public void write(Path file) {
    JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), result);
  }

  /** Writes the result as one page that needs no network. */
  public void writePage(Path file) throws IOException {
    DemoPage.write(story, file);
  }

  /** The summary as lines. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    DemoResult.Calls calls = result.calls();
    DemoResult.Latency latency = result.latencyMillis();
    DemoResult.ReplicaCounts replicas = result.replicas();
    lines.add("");
    lines.add("Summary");
    lines.add(String.format(
        Locale.ROOT,
        "  calls      %d offered, %d answered, %d failed",
        calls.total(),
        calls.ok(),
        calls.failed()));
    lines.add(String.format(
        Locale.ROOT,
        "  latency    p50 %s, p99 %s, p99.9 %s (from the time a call was due)",
        unit(latency.p50(), "ms"),
        unit(latency.p99(), "ms"),
        unit(latency.p999(), "ms")));
    lines.add(String.format(
        Locale.ROOT,
        "  replicas   %d at the least, %d at the peak, %d at the end",
        replicas.min(),
        replicas.peak(),
        replicas.atEnd()));
    if (result.stepToDecisionSeconds() != null) {
      lines.add(String.format(
          Locale.ROOT,
          "  load ×4    decision after %s%s, a new replica answered %s later, latency back after %s",
          unit(result.stepToDecisionSeconds(), "s"),
          compared(),
          unit(result.decisionToTrafficSeconds(), "s"),
          unit(result.stepToRecoverySeconds(), "s")));
    }
    result
        .faults()
        .forEach(fault -> lines.add("  fault      " + fault.kind() + " " + fault.replica() + " at "
            + ScreenModel.clock(fault.atSeconds())));
    lines.add("  decisions");
    result
        .decisions()
        .forEach(decision -> lines.add(
            "    " + ScreenModel.clock(decision.atSeconds()) + "  " + sentence(decision)));
    result.errors().forEach((error, count) -> lines.add("  failed     " + count + " × " + error));
    return lines;
  }

  /** Who told the loop, and how it compares with the replicas' own word. */
  private String compared() {
    return result.signals().equals("orca")
        ? ""
        : " by " + result.signals() + " (ORCA's load reports, watched beside it: "
            + unit(result.orcaStepToDecisionSeconds(), "s") + ")";
  }

  /** The figures that the charts do not show, by name. */
  static Map<String, String> facts(DemoResult result) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (result.stepToDecisionSeconds() != null) {
      facts.put("Load ×4 to decision", unit(result.stepToDecisionSeconds(), "s"));
      if (!result.signals().equals("orca")) {
        facts.put("The same by ORCA's load reports", unit(result.orcaStepToDecisionSeconds(), "s"));
      }
      facts.put(
          "Decision to a new replica's first answer", unit(result.decisionToTrafficSeconds(), "s"));
      facts.put("Load ×4 to latency back", unit(result.stepToRecoverySeconds(), "s"));
    }
    return facts;
  }

  static String sentence(DemoResult.Decision decision) {
    return decision.from() + " → " + decision.to() + ": " + because(decision);
  }

  static String because(DemoResult.Decision decision) {
    return decision.reasons().stream().map(Reason::because).collect(Collectors.joining("; "));
  }

  private static String unit(@Nullable Double value, String unit) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.1f %s", value, unit);
  }
}
