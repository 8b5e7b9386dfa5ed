// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.EndpointSourceProvider;
import dev.sinew.grpc.resolve.EndpointSourceResolver;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Makes gRPC understand the targets of an {@link EndpointSourceProvider}.
 *
 * <p>An integration subclasses it with its scheme, in a public class with a public constructor, and
 * names that class in {@code META-INF/services/io.grpc.NameResolverProvider}. After the first good list
 * an empty one is ignored. The channel's name for TLS and for {@code :authority} is the last part of the
 * target's path, as {@code orders} of {@code consul:///orders}; {@code overrideAuthority} changes it.
 */
public class EndpointSourceResolverProvider extends NameResolverProvider {
  private static final int ORDINARY_PRIORITY = 5;

  private final String scheme;

  /**
   * For one scheme.
   *
   * @param scheme in lower case, as {@code consul}
   */
  protected EndpointSourceResolverProvider(String scheme) {
    Expect.that(
        scheme.matches("[a-z][a-z0-9+.-]*"), "scheme", scheme, "a URI scheme in lower case");
    this.scheme = scheme;
  }

  @Override
  public final String getScheme() {
    return scheme;
  }

  @Override
  public final String getDefaultScheme() {
    return scheme;
  }

  @Override
  public final Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  /**
   * Opens the source of a target.
   *
   * @throws IllegalArgumentException if the target is not of its form, or there is no {@link
   *     EndpointSourceProvider} of the scheme
   */
  @Override
  public final NameResolver newNameResolver(URI target, NameResolver.Args args) {
    String text = target.toString();
    return new EndpointSourceResolver(text, authority(target), provider().open(text), args);
  }

  @Override
  protected final boolean isAvailable() {
    return true;
  }

  @Override
  protected final int priority() {
    return ORDINARY_PRIORITY;
  }

  private EndpointSourceProvider provider() {
    return ServiceLoader.load(EndpointSourceProvider.class, getClass().getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.scheme().equals(scheme))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Expect.message(
            "target.scheme", scheme, "a scheme with an EndpointSourceProvider on the class path")));
  }

  /** The path if it is a plain name, else the scheme: an authority may not be just any text. */
  String authority(URI target) {
    String path = target.getPath() == null ? "" : target.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.matches("[A-Za-z0-9._-]+") ? name : scheme;
  }
}
