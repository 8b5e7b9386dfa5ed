// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.server;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Ports below the ephemeral range that nobody listens on, for TCP and UDP and on several addresses. */
final class FreePorts {
  private static final int FROM = 20_000;
  private static final int TO = 32_000;

  private FreePorts() {}

  static List<Integer> of(int count, List<String> addresses) throws IOException {
    Set<Integer> ports = new HashSet<>();
    for (int tries = 0; ports.size() < count; tries++) {
      if (tries > 1_000) {
        throw new IOException("no free ports");
      }
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (addresses.stream().allMatch(address -> free(address, port))) {
        ports.add(port);
      }
    }
    return new ArrayList<>(ports);
  }

  private static boolean free(String host, int port) {
    try (ServerSocket tcp = new ServerSocket()) {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
      tcp.bind(address);
      new DatagramSocket(address).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
