// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.system.SignalConfig.Source;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One service of a fleet file.
 *
 * @param name its key in the file: 1 to 100 letters, digits, dots, dashes and underscores
 * @param process what a replica is
 * @param announcedAs the name under which replicas register: its own, or of the one it backs up
 * @param priority 0 for a primary, 1 for a backup
 * @param endpoints where the replicas are found whose load counts, as
 *     {@code consul://127.0.0.1:8500/orders}; empty for those that the controller started itself, by
 *     their own ports (a dry run, which starts none, then looks into the file's registry)
 * @param signals where its signals come from, each source once
 * @param door HAProxy's door to it, or null
 * @param policy what the number follows
 * @param drainGrace from SIGTERM to SIGKILL when scaling in, 0 to 1 h
 * @param keepOnControllerLoss whether replicas go on when the controller ends
 */
public record ServiceConfig(
    String name,
    ProcessConfig process,
    String announcedAs,
    int priority,
    String endpoints,
    List<SignalConfig> signals,
    @Nullable DoorConfig door,
    PolicySettings policy,
    Duration drainGrace,
    boolean keepOnControllerLoss) {
  /** Copies the list. */
  public ServiceConfig {
    signals = List.copyOf(signals);
  }

  /** The settings of one source, or null if the service does without it. */
  public @Nullable SignalConfig signals(Source source) {
    return signals.stream()
        .filter(config -> config.source() == source)
        .findFirst()
        .orElse(null);
  }
}
