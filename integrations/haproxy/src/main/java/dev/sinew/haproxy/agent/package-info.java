// SPDX-License-Identifier: Apache-2.0
/**
 * Weights that HAProxy asks for, from what the replicas report. Start with
 * {@link dev.sinew.haproxy.agent.AgentResponder}.
 */
@NullMarked
package dev.sinew.haproxy.agent;

import org.jspecify.annotations.NullMarked;
