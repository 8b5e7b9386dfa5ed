// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import java.time.Instant;

/**
 * Something that a person who watches a controller wants to hear of.
 *
 * @param at when
 * @param service whom it concerns; empty for the controller
 * @param text one sentence
 */
public record FleetEvent(Instant at, String service, String text) {}
