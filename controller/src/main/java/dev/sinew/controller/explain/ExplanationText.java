// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.Expect;
import dev.sinew.autoscaler.demand.Demand;
import dev.sinew.autoscaler.demand.Figures;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.controller.decisions.LogRecord.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** An explanation as lines that a tired person understands. */
public final class ExplanationText {
  /** The controller writes at least once a minute. */
  private static final Duration OLD = Duration.ofMinutes(2);

  private static final String PAUSED = "paused";

  /** The rules that hold a number back; any other asks for one. */
  private static final Set<String> HOLDING =
      Set.of("unknown", "stabilization", "step-limit", "bounds", PAUSED);

  private final Explanation why;
  private final Moment moment;
  private final List<String> lines = new ArrayList<>();

  private ExplanationText(Explanation why, Moment moment) {
    this.why = why;
    this.moment = moment;
  }

  /** The number, what asked for it, what holds it, what comes next, and what happened before. */
  public static List<String> lines(Explanation why, Moment moment) {
    ExplanationText text = new ExplanationText(why, moment);
    text.number();
    text.age();
    text.demands();
    text.holds();
    text.next();
    text.table("changes", why.changes().stream().map(text::change).toList());
    text.table("events", why.events().stream().map(text::event).toList());
    text.table("log", why.unread());
    return text.lines;
  }

  /** The changes alone, one line each. */
  public static List<String> changes(Explanation why, Moment moment) {
    ExplanationText text = new ExplanationText(why, moment);
    return why.changes().stream().map(text::change).toList();
  }

  private void number() {
    Instant since = why.since();
    Replicas replicas = why.decided().situation().replicas();
    String serving = why.decided().brief() ? "" : ": " + states(replicas);
    String from = since == null
        ? ""
        : " since " + moment.show(since) + " ("
            + Moment.length(Duration.between(since, why.until())) + ")";
    lines.add(why.service() + ": " + Figures.replicas(why.number()) + from + serving);
    String failure = why.failure();
    if (failure != null) {
      lines.add("  " + why.decided().decision().to() + " were decided at "
          + moment.show(why.decided().at()) + " but could not be applied: "
          + Expect.printable(failure));
    } else if (why.decided().dryRun()) {
      lines.add("  This is a dry run: " + why.decided().decision().to()
          + " would be decided, nothing is done.");
    }
  }

  private static String states(Replicas replicas) {
    List<String> parts = new ArrayList<>();
    parts.add(count(replicas, Replica.State.READY, "serve", "serves"));
    parts.add(count(replicas, Replica.State.STARTING, "start", "starts"));
    parts.add(count(replicas, Replica.State.DRAINING, "leave", "leaves"));
    parts.removeIf(String::isEmpty);
    return parts.isEmpty() ? "none exists" : String.join(", ", parts);
  }

  private static String count(Replicas replicas, Replica.State state, String many, String one) {
    int count = replicas.in(state).size();
    boolean told = count > 0 || state == Replica.State.READY;
    return told ? count + " " + (count == 1 ? one : many) : "";
  }

  private void age() {
    Instant at = why.decided().at();
    Duration age = Duration.between(at, why.until());
    if (age.compareTo(OLD) <= 0) {
      return;
    }
    Event last = why.events().isEmpty() ? null : why.events().get(why.events().size() - 1);
    boolean stopped = last != null && last.kind() == Event.Kind.STOPPED;
    lines.add("  This is from " + moment.show(at) + ": the controller "
        + (stopped
            ? "stopped then."
            : "last wrote " + Moment.length(age) + " before"
                + (why.until().equals(moment.now()) ? " now: is it running?" : ".")));
  }

  private void demands() {
    List<String> asked = new ArrayList<>();
    for (Demand demand : why.demands()) {
      String unknown = demand.known() && !demand.missing().isEmpty()
          ? " (unknown of " + Figures.names(demand.missing()) + ")"
          : "";
      asked.add(pad(demand.known() ? String.valueOf(demand.replicas()) : "?") + demand.rule() + ": "
          + demand.because() + unknown);
    }
    if (asked.isEmpty()) {
      why.decided().decision().reasons().stream()
          .filter(reason -> !HOLDING.contains(reason.rule()))
          .forEach(reason -> asked.add(rule(reason)));
    }
    table("asked for", asked);
  }

  private void holds() {
    List<String> held = new ArrayList<>();
    why.decided().decision().reasons().stream()
        .filter(reason -> HOLDING.contains(reason.rule()))
        .map(ExplanationText::rule)
        .forEach(held::add);
    Hold hold = why.decided().situation().hold();
    if (hold != null && !why.decided().rules().contains(PAUSED)) {
      held.add(pad(String.valueOf(why.number())) + "paused by " + Expect.printable(hold.by())
          + " since " + moment.show(hold.since()) + " because: " + Expect.printable(hold.why()));
    }
    table("held at", held);
  }

  private static String rule(Reason reason) {
    String rule = reason.rule().equals(PAUSED) ? "" : reason.rule() + ": ";
    return pad(String.valueOf(reason.after())) + rule + Expect.printable(reason.because());
  }

  private void next() {
    Outlook outlook = why.outlook();
    boolean moving = why.decided().decision().changes();
    if (moving && !why.decided().dryRun()) {
      return;
    }
    boolean held = why.decided().situation().hold() != null;
    if (outlook == null) {
      table(
          "next",
          List.of(
              held
                  ? "stays until somebody resumes it"
                  : "stays, unless the load or the fleet changes"));
      return;
    }
    boolean atOnce = held && !outlook.at().isAfter(why.decided().situation().now());
    String when = atOnce ? "as soon as somebody resumes it" : "at " + moment.show(outlook.at());
    String still = outlook.to() < why.number() ? " if nothing asks for more" : " if the load stays";
    String resumed = held && !atOnce ? " and somebody resumes it" : "";
    table("next", List.of(pad(String.valueOf(outlook.to())) + when + still + resumed));
  }

  private String change(Change change) {
    String failed = change.failure().isEmpty()
        ? ""
        : " (not applied: " + Expect.printable(change.failure()) + ")";
    return moment.show(change.at()) + "  " + change.from() + " → " + change.to()
        + (change.dryRun() ? " (dry run)" : "") + failed + ": "
        + Expect.printable(change.because());
  }

  private String event(Event event) {
    String what = event.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String by = event.by().isEmpty() ? "" : " by " + Expect.printable(event.by());
    String text = event.text().isEmpty() ? "" : ": " + Expect.printable(event.text());
    return moment.show(event.at()) + "  " + what + by + text;
  }

  private void table(String name, List<String> rows) {
    String title = name;
    for (String row : rows) {
      lines.add(String.format("  %-10s %s", title, row));
      title = "";
    }
  }

  private static String pad(String number) {
    return String.format("%-4s", number);
  }
}
