// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

/**
 * The calls that were due in one second.
 *
 * @param second whole seconds since the start
 * @param offered calls that became due
 * @param ok of these, answered
 * @param failed of these, failed
 * @param p50Millis median latency from the due time, NaN without calls
 * @param p99Millis 99th percentile of the latency from the due time, NaN without calls
 */
public record SecondSummary(
    int second, long offered, long ok, long failed, double p50Millis, double p99Millis) {}
