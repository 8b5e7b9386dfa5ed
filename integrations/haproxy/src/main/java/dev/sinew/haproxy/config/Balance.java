// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

/**
 * How a door chooses a server; all of HAProxy's algorithms here take servers at run time.
 *
 * <p>Which is why {@code static-rr}, {@code first} and the map-based hashes are missing.
 */
public enum Balance {
  /** One after the other. */
  ROUND_ROBIN("roundrobin", "One after the other, in proportion to the weights, here equal."),
  /** The less loaded of two at random. */
  RANDOM("random", "Two at random, of which the one with less load takes the call."),
  /** One after the other, as often as their weights say, which follow the load. */
  WEIGHTED("roundrobin", "In proportion to the weights, which follow the reported load."),
  /** The one with the fewest calls in flight. */
  LEASTCONN("leastconn", "The server with the fewest calls in flight.");

  private final String algorithm;
  private final String because;

  Balance(String algorithm, String because) {
    this.algorithm = algorithm;
    this.because = because;
  }

  /** HAProxy's name for it. */
  String algorithm() {
    return algorithm;
  }

  /** The comment over it in the file. */
  String because() {
    return because;
  }
}
