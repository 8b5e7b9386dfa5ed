// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.ConsulForm;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.DoorReader;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.system.SignalsReader;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Units;
import dev.sinew.controller.config.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one service. */
final class ServiceReader {
  private static final String REDUNDANT = "redundant";
  private static final String BACKUP = "backup";
  private static final Duration HOUR = Duration.ofHours(1);

  private final String name;
  private final Section section;
  private final Section failover;
  private final String mode;
  private final boolean backup;
  private final Surroundings surroundings;

  ServiceReader(String name, Value value, Surroundings surroundings) {
    this.name = name;
    this.section = value.section(keys());
    this.failover = section.section("failover", List.of("mode", "of"));
    Value mode = failover.get("mode");
    this.mode = mode == null ? REDUNDANT : mode.word(List.of(REDUNDANT, BACKUP), "");
    this.backup = this.mode.equals(BACKUP);
    this.surroundings = surroundings;
  }

  private static List<String> keys() {
    return List.of(
        "target",
        "endpoints",
        "signals",
        "replicas",
        "scale",
        "behavior",
        "failover",
        "health",
        "haproxy",
        "drain",
        "on-controller-loss");
  }

  /**
   * The settings; of use only if the file has no error.
   *
   * @param all every service of the file by name
   * @param prometheus whether the file names a Prometheus server
   * @param haproxy whether the file names an HAProxy
   */
  ServiceConfig read(Map<String, ServiceReader> all, boolean prometheus, boolean haproxy) {
    ProcessConfig process = process();
    String announcedAs = announcedAs(all);
    DoorConfig door = DoorReader.read(section, announcedAs, haproxy, surroundings);
    List<SignalConfig> signals =
        new SignalsReader(PolicyReader.metrics(), prometheus, door != null).read(section);
    return new ServiceConfig(
        name,
        process,
        announcedAs,
        backup ? 1 : 0,
        endpoints(),
        signals,
        door,
        new PolicyReader(section, backup).read(signals),
        drainGrace(),
        keepOnControllerLoss());
  }

  private ProcessConfig process() {
    section.require("target", "{process: {command: [java, -jar, app.jar]}}");
    Section health = section.section("health", List.of("check", "path", "start-timeout"));
    Section target = section.section("target", List.of("process"));
    target.require("process", "{command: [java, -jar, app.jar]}");
    Section process = target.section("process", ProcessReader.keys());
    return new ProcessReader(process, health, surroundings).read();
  }

  private String announcedAs(Map<String, ServiceReader> all) {
    Value of = failover.get("of");
    if (!backup) {
      if (of != null && mode.equals(REDUNDANT)) {
        of.error("no such key, unless mode is backup");
      }
      return name;
    }
    Value primary = failover.require("of", "the service that it backs up");
    if (primary == null) {
      return name;
    }
    List<String> others = new ArrayList<>(all.keySet());
    others.remove(name);
    String other = others.isEmpty() ? "" : primary.word(others, "");
    if (others.isEmpty()) {
      primary.error("another service of this file");
    }
    ServiceReader found = all.get(other);
    if (found != null && found.backup) {
      primary.error("a service that is no backup itself");
    }
    return found == null ? name : other;
  }

  private String endpoints() {
    Value value = section.get("endpoints");
    return value == null ? "" : ConsulForm.endpoints(value, surroundings);
  }

  /** Where the endpoints are named, if they are. */
  Value endpointsPlace() {
    return section.place("endpoints");
  }

  /** Where a part of the door is named, if it is. */
  Value doorPlace(String key) {
    return section.section("haproxy", DoorReader.keys()).place(key);
  }

  /** Two services behind one backend: what HAProxy knows only of the backend must be said alike. */
  void doorAgrees(DoorConfig own, String other, DoorConfig first) {
    String expected = "as of services." + other + ", which has the same backend";
    if (own.protocol() != first.protocol()) {
      doorPlace("protocol").error(own.protocol().name().toLowerCase(Locale.ROOT), expected);
    }
    if (!own.slowStart().equals(first.slowStart())) {
      doorPlace("slow-start").error(Units.text(own.slowStart()), expected);
    }
    if (own.balance() != first.balance()) {
      String word = own.balance().name().toLowerCase(Locale.ROOT).replace('_', '-');
      doorPlace("balance").error(word, expected);
    }
  }

  private Duration drainGrace() {
    Section drain = section.section("drain", List.of("grace"));
    Duration grace = drain.duration("grace", Duration.ZERO, HOUR, Duration.ofSeconds(12));
    if (grace.compareTo(Duration.ofSeconds(1)) < 0) {
      drain.place("grace").warn("1s or more, or calls in work are cut off");
    }
    return grace;
  }

  private boolean keepOnControllerLoss() {
    String choice = section.word("on-controller-loss", List.of("keep", "stop"));
    if (choice.equals("stop")) {
      section.place("on-controller-loss").warn("keep, or calls fail when the controller ends");
    }
    return choice.equals("keep");
  }
}
