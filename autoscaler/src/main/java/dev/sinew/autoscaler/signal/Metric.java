// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.signal;

/** What a {@link Signal} measures, with its unit. */
public enum Metric {
  /** Share of a replica's capacity in use; 1 is full. */
  UTILIZATION,
  /** Processor time used as a share of what the replica may use. */
  CPU,
  /** Memory used as a share of its limit. */
  MEMORY,
  /** Calls that arrived per second, shed ones included. */
  CALLS_PER_SECOND,
  /** Calls per second that the replica failed. */
  ERRORS_PER_SECOND,
  /** Calls that arrived and are not answered. */
  IN_FLIGHT,
  /** Seconds between a call's arrival and the start of its handler. */
  QUEUE_SECONDS
}
