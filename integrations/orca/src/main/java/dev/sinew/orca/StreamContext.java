// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import dev.sinew.endpoint.Endpoint;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What all streams of one source share.
 *
 * @param channels makes the channel to a replica
 * @param interval between a replica's reports
 * @param clock tells when a report arrived
 * @param thread the source's one thread
 * @param counts of what happens
 * @param beginnings lets a stream begin
 */
record StreamContext(
    Function<Endpoint, ManagedChannel> channels,
    Duration interval,
    InstantSource clock,
    ScheduledExecutorService thread,
    StreamCounts counts,
    Beginnings beginnings) {}
