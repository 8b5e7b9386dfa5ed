// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.autoscaler.policy.PolicySettings;
import java.time.Duration;

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
 * @param reportInterval between a replica's load reports, 1 s to 1 h
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
    Duration reportInterval,
    PolicySettings policy,
    Duration drainGrace,
    boolean keepOnControllerLoss) {}
