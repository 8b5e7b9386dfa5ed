// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Who is registered for some services in a registry that somebody else runs. */
public final class RegistryWatch implements Runnable, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RegistryWatch.class.getName());

  private final Supplier<Set<String>> services;
  private final Function<String, EndpointSource> open;
  private final Map<String, EndpointSource> sources = new ConcurrentHashMap<>(); // writes by this
  private final Map<String, List<Endpoint>> lists = new ConcurrentHashMap<>();
  private final Set<String> refused = new HashSet<>(); // guarded by this
  private boolean closed; // guarded by this

  /**
   * Watches nothing yet.
   *
   * @param services whose replicas are looked for, as they are registered; may change
   * @param open the source of a service's endpoints, which is closed when it is not wanted any more
   */
  public RegistryWatch(Supplier<Set<String>> services, Function<String, EndpointSource> open) {
    this.services = services;
    this.open = open;
  }

  /** Begins to watch new services and leaves those that are gone; to be called once a second. */
  @Override
  public synchronized void run() {
    if (closed) {
      return;
    }
    Set<String> wanted = services.get();
    for (String gone : Set.copyOf(sources.keySet())) {
      if (!wanted.contains(gone)) {
        Objects.requireNonNull(sources.remove(gone)).close();
        lists.remove(gone);
      }
    }
    refused.retainAll(wanted);
    for (String service : wanted) {
      if (!sources.containsKey(service)) {
        begin(service);
      }
    }
  }

  /** Those of them that say where their metrics are. */
  public List<Scrapable> found() {
    List<Scrapable> all = new ArrayList<>();
    lists.forEach((service, endpoints) -> {
      for (Endpoint endpoint : sources.containsKey(service) ? endpoints : List.<Endpoint>of()) {
        Scrapable one = Scrapable.of(service, endpoint);
        if (one != null) {
          all.add(one);
        }
      }
    });
    return all;
  }

  @Override
  public synchronized void close() {
    closed = true;
    sources.values().forEach(EndpointSource::close);
    sources.clear();
    lists.clear();
  }

  private void begin(String service) {
    try {
      EndpointSource source = open.apply(service);
      sources.put(service, source);
      source.start(list -> heard(service, source, list));
    } catch (RuntimeException e) {
      EndpointSource half = sources.remove(service);
      if (half != null) {
        half.close();
      }
      if (refused.add(service)) {
        LOG.log(Level.WARNING, "metrics targets=unknown service=" + service, e);
      }
    }
  }

  /** A list that was on its way when its source was closed is of no interest. */
  private void heard(String service, EndpointSource source, List<Endpoint> list) {
    if (source.equals(sources.get(service))) {
      lists.put(service, List.copyOf(list));
    }
  }
}
