// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

/**
 * Why a rule changed the number, or held it.
 *
 * @param rule the rule's name, as {@code requests-per-replica}
 * @param before the number before the rule
 * @param after the number after it
 * @param because one sentence with the figures
 */
public record Reason(String rule, int before, int after, String because) {}
