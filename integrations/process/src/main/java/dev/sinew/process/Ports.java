// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * The ports that children are given: 20000 to 31999.
 *
 * <p>They lie below 32768, where Linux begins to take ports for outgoing connections: a port there
 * can be free when it is tested and taken by a mere client a moment later.
 */
final class Ports {
  static final int FIRST = 20_000;
  static final int COUNT = 12_000;

  /** The ports of this machine, shared by all targets in this process. */
  static final Ports SHARED = new Ports(Ports::bindable);

  private final IntPredicate free;
  private final BitSet taken = new BitSet(COUNT);

  Ports(IntPredicate free) {
    this.free = free;
  }

  /**
   * A port that is free and not given to anyone, looked for upwards from a random one.
   *
   * @throws IOException if there is none
   */
  synchronized int take(RandomGenerator random) throws IOException {
    int start = random.nextInt(COUNT);
    for (int i = 0; i < COUNT; i++) {
      int offset = (start + i) % COUNT;
      if (!taken.get(offset) && free.test(FIRST + offset)) {
        taken.set(offset);
        return FIRST + offset;
      }
    }
    throw new IOException("no free port from " + FIRST + " to " + (FIRST + COUNT - 1));
  }

  /** Whether a port is one that children are given. */
  static boolean has(int port) {
    return port >= FIRST && port < FIRST + COUNT;
  }

  /** Marks a port that a child has from before. */
  synchronized void reserve(int port) {
    if (has(port)) {
      taken.set(port - FIRST);
    }
  }

  /** Takes a port back; 0 is none. */
  synchronized void release(int port) {
    if (port != 0) {
      taken.clear(port - FIRST);
    }
  }

  // Bound but never listening: nobody can connect to the test.
  private static boolean bindable(int port) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
