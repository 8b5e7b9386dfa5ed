// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.grpc.state.ChannelStats;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client's entry point: makes channels that balance, fail over and retry.
 *
 * <p>Any target that gRPC can resolve will do: {@code static:///10.0.0.1:8080,[::1]:8080},
 * {@code dns:///orders:8080}, or the scheme of a registry on the class path such as
 * {@code consul:///orders}.
 */
public final class SinewChannels {
  private static final Pattern SEVERAL_HOSTS =
      Pattern.compile("([^/?#]+://)([^/?#,@]+,[^/?#@]+)(/.*)");

  private SinewChannels() {}

  /**
   * A builder of a channel without encryption or authentication: for one machine or a trusted
   * network only.
   */
  public static SinewChannelBuilder forTarget(String target) {
    return forTarget(target, InsecureChannelCredentials.create());
  }

  /**
   * A builder of a channel with credentials, as {@code TlsChannelCredentials.create()}.
   *
   * <p>TLS verifies the channel's authority: the host of a {@code static:///} target of one host, else the
   * last part of the target's path. Where the certificates hold another name, and for several static
   * hosts, set it by {@code overrideAuthority}.
   */
  public static SinewChannelBuilder forTarget(String target, ChannelCredentials credentials) {
    return new SinewChannelBuilder(target, Grpc.newChannelBuilder(legal(target), credentials));
  }

  /**
   * What a channel knows at this moment of the endpoints of its service.
   *
   * @param channel as {@link SinewChannelBuilder#build} made it
   * @throws IllegalArgumentException if it is another one
   */
  public static ChannelStats stats(Channel channel) {
    if (channel instanceof SinewChannel ours) {
      return ours.state().stats(System.nanoTime());
    }
    throw new IllegalArgumentException(
        Expect.message("channel", channel, "a channel made by SinewChannels, not wrapped"));
  }

  /**
   * The same target in letters that a URI may have: no brackets of IPv6 addresses in its path, and one
   * port at most in its authority, which some registries of several hosts exceed.
   */
  private static String legal(String target) {
    boolean list = target.toLowerCase(Locale.ROOT).startsWith(StaticEndpointSourceProvider.PREFIX);
    Matcher several = SEVERAL_HOSTS.matcher(target);
    if (several.matches()) {
      String hosts = several.group(2).replace(":", "%3A");
      return several.group(1) + unbracketed(hosts) + several.group(3);
    }
    return list ? unbracketed(target) : target;
  }

  private static String unbracketed(String text) {
    return text.replace("[", "%5B").replace("]", "%5D");
  }
}
