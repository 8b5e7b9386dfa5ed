// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import dev.sinew.endpoint.Endpoint;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Translates between an {@link Endpoint} and the address that gRPC connects to. */
public final class EndpointAddresses {
  private static final Attributes.Key<Endpoint> ENDPOINT = Attributes.Key.create("sinew-endpoint");

  private static final int LONGEST_NAME = 250;

  private EndpointAddresses() {}

  /** The address of an endpoint, which travels with it. */
  public static EquivalentAddressGroup group(Endpoint endpoint, InetAddress host) {
    return new EquivalentAddressGroup(
        new InetSocketAddress(host, endpoint.port()),
        Attributes.newBuilder().set(ENDPOINT, endpoint).build());
  }

  /** The endpoint that a resolver of Sinew put there, or what the address alone tells. */
  public static Endpoint endpoint(EquivalentAddressGroup group) {
    Endpoint known = group.getAttributes().get(ENDPOINT);
    if (known != null) {
      return known;
    }
    SocketAddress address = group.getAddresses().get(0);
    if (address instanceof InetSocketAddress inet && inet.getPort() > 0) {
      InetAddress ip = inet.getAddress();
      return Endpoint.of(ip == null ? inet.getHostString() : ip.getHostAddress(), inet.getPort());
    }
    return unaddressed(address.toString());
  }

  /** A socket without host and port, as a Unix domain socket, goes by its text and port 1. */
  private static Endpoint unaddressed(String text) {
    String plain = text.replaceAll("[\\s\\p{C}\\p{Z}]", "_");
    String name = plain.substring(Math.max(0, plain.length() - LONGEST_NAME));
    return Endpoint.of(name, 1);
  }
}
