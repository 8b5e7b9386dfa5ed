// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.observe;

import dev.sinew.grpc.state.ChannelStats;

/**
 * What is known of a channel at one moment.
 *
 * @param endpoints of its service
 * @param retryBudgetLeft the share of its retry budget that is not used up, 0 to 1; NaN if it may not
 *     retry at all
 */
public record ChannelFigures(ChannelStats endpoints, double retryBudgetLeft) {}
