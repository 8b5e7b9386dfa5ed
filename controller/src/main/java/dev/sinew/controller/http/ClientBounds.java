// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often, and how often at the same time, one client address may ask: a token bucket each.
 *
 * <p>An IPv6 client is its /64 network. Of 4 096 addresses the most recent are remembered.
 */
final class ClientBounds {
  private static final int MOST_ADDRESSES = 4096;
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final double burst;
  private final int atOnce;
  private final Map<String, Client> clients = new LinkedHashMap<>(64, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Client> eldest) {
      return size() > MOST_ADDRESSES;
    }
  };

  /**
   * Makes bounds.
   *
   * @param perSecond requests a second
   * @param burst requests in a row
   * @param atOnce requests that are worked on at the same time
   */
  ClientBounds(double perSecond, double burst, int atOnce) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.atOnce = atOnce;
  }

  /**
   * Lets a request in, which must {@link #leave}, or says how long to stay away.
   *
   * @return 0, or seconds of 1 and more
   */
  synchronized int enter(InetAddress address, long nowNanos) {
    Client client = at(address, nowNanos);
    if (client.working >= atOnce) {
      return 1;
    }
    if (client.tokens < 1) {
      return (int) Math.ceil((1 - client.tokens) / perSecond);
    }
    client.tokens--;
    client.working++;
    return 0;
  }

  /** Ends a request that was let in. */
  synchronized void leave(InetAddress address) {
    Client client = clients.get(key(address));
    if (client != null && client.working > 0) {
      client.working--;
    }
  }

  /** Makes an address pay for more than a request: it guessed wrong. */
  synchronized void charge(InetAddress address, double requests, long nowNanos) {
    Client client = at(address, nowNanos);
    client.tokens = Math.max(-burst, client.tokens - requests);
  }

  /** How many addresses are remembered. */
  synchronized int addresses() {
    return clients.size();
  }

  private Client at(InetAddress address, long nowNanos) {
    Client client = clients.computeIfAbsent(key(address), key -> new Client(burst, nowNanos));
    double since = Math.max(0, nowNanos - client.atNanos) / NANOS;
    client.tokens = Math.min(burst, client.tokens + since * perSecond);
    client.atNanos = nowNanos;
    return client;
  }

  private static String key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return HexFormat.of()
        .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
  }

  private static final class Client {
    private double tokens;
    private long atNanos;
    private int working;

    Client(double tokens, long atNanos) {
      this.tokens = tokens;
      this.atNanos = atNanos;
    }
  }
}
