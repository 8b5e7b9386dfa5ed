// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.endpoint.EndpointSourceProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens sources of the scheme {@code steered} whose lists a test decides; each target serves once. */
public final class SteeredSourceProvider implements EndpointSourceProvider {
  private static final Map<String, Steered> SOURCES = new ConcurrentHashMap<>();

  /** A source whose target is {@code steered:///<name>}. */
  public static Steered source(String name) {
    return SOURCES.computeIfAbsent("steered:///" + name, target -> new Steered());
  }

  /** The next channel gets another source of that name. */
  static void forget(String name) {
    SOURCES.remove("steered:///" + name);
  }

  @Override
  public String scheme() {
    return "steered";
  }

  @Override
  public EndpointSource open(String target) {
    Steered source = SOURCES.get(target);
    Expect.that(source != null, "target", target, "a source that the test made before");
    return Objects.requireNonNull(source);
  }

  /** A source that says what it is told to. */
  public static final class Steered implements EndpointSource {
    private @Nullable List<Endpoint> first;
    private @Nullable Consumer<List<Endpoint>> listener;
    private boolean closed;

    public synchronized void list(List<Endpoint> endpoints) {
      if (listener == null) {
        first = endpoints;
      } else if (!closed) {
        listener.accept(endpoints);
      }
    }

    public synchronized boolean closed() {
      return closed;
    }

    @Override
    public synchronized void start(Consumer<List<Endpoint>> channel) {
      if (closed) {
        throw new IllegalStateException("closed before it was started");
      }
      listener = channel;
      if (first != null) {
        channel.accept(first);
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
    }
  }

  /** What an integration writes to make gRPC understand its scheme. */
  public static final class Resolver extends EndpointSourceResolverProvider {
    /** For {@link java.util.ServiceLoader}. */
    public Resolver() {
      super("steered");
    }
  }
}
