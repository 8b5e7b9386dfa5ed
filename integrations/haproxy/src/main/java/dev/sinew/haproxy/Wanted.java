// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What HAProxy should have of one replica.
 *
 * @param server as {@code sinew.orders-1}
 * @param address null until its name is resolved
 * @param weight as HAProxy takes it, 1 to 256
 * @param backup whether it gets calls only when the others cannot
 * @param in whether it should get new calls
 */
record Wanted(
    String server,
    @Nullable InetAddress address,
    int port,
    int weight,
    boolean backup,
    boolean in) {

  /** HAProxy's largest weight. */
  static final int LARGEST_WEIGHT = 256;

  /**
   * A weight of ours in HAProxy's range: as it is while the largest fits, else in proportion to the
   * largest.
   */
  static int weight(int ours, int largest) {
    return largest <= LARGEST_WEIGHT
        ? ours
        : Math.max(1, Math.round((float) ours * LARGEST_WEIGHT / largest));
  }

  /** Whether a server is at this replica, in this form; another one has to make way. */
  boolean is(ServerState seen, boolean tls) {
    return address == null
        || (seen.port() == port
            && seen.tls() == tls
            && seen.backup() == backup
            && Addresses.literal(seen.address()).filter(address::equals).isPresent());
  }
}
