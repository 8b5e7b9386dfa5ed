// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import java.time.Instant;

/**
 * Somebody's word that the number shall stay as it is, whatever the signals say.
 *
 * @param by who said so
 * @param why the reason given
 * @param since when it was said
 */
public record Hold(String by, String why, Instant since) {}
