// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of some host names, each looked up for itself, so that a slow one delays no other.
 *
 * <p>It belongs to a synchronization context; only the look-ups run elsewhere, at most eight at once. A
 * name that cannot be looked up at the moment keeps its address.
 */
final class HostNames {
  /** Looks a name up; it may block. */
  @FunctionalInterface
  interface Lookup {
    InetAddress address(String host) throws UnknownHostException;
  }

  private static final int MOST_LOOKUPS = 8;
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})";
  private static final Pattern LITERAL =
      Pattern.compile(BYTE + "(\\." + BYTE + "){3}|[0-9A-Fa-f.]*:.*");

  private final SynchronizationContext context;
  private final Executor executor;
  private final Lookup lookup;
  private final Runnable changed;
  private final Map<String, InetAddress> addresses = new HashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();
  private final Set<String> running = new HashSet<>();
  private final Set<String> failed = new HashSet<>();
  private Set<String> wanted = Set.of();

  /**
   * No names at first.
   *
   * @param changed told, in the context, after each look-up
   */
  HostNames(SynchronizationContext context, Executor executor, Lookup lookup, Runnable changed) {
    this.context = context;
    this.executor = executor;
    this.lookup = lookup;
    this.changed = changed;
  }

  /** Looks these names up, the known ones too, and forgets all others. */
  void want(Set<String> hosts) {
    wanted = Set.copyOf(hosts);
    addresses.keySet().retainAll(wanted);
    waiting.retainAll(wanted);
    failed.retainAll(wanted);
    lookUp(wanted);
  }

  /** Looks all names up again. */
  void lookUpAll() {
    lookUp(wanted);
  }

  /** Looks up again what could not be looked up the last time. */
  void lookUpFailed() {
    lookUp(Set.copyOf(failed));
  }

  @Nullable InetAddress address(String host) {
    return addresses.get(host);
  }

  /** The names whose last look-up failed. */
  Set<String> failed() {
    return Set.copyOf(failed);
  }

  /** Whether no look-up is under way. */
  boolean settled() {
    return waiting.isEmpty() && Collections.disjoint(running, wanted);
  }

  private void lookUp(Collection<String> hosts) {
    for (String host : hosts) {
      if (LITERAL.matcher(host).matches()) {
        put(host, find(host));
      } else if (!running.contains(host)) {
        waiting.add(host);
      }
    }
    startWaiting();
  }

  private void startWaiting() {
    while (running.size() < MOST_LOOKUPS && !waiting.isEmpty()) {
      String host = waiting.iterator().next();
      waiting.remove(host);
      running.add(host);
      executor.execute(() -> {
        InetAddress found = find(host);
        context.execute(() -> ended(host, found));
      });
    }
  }

  private void ended(String host, @Nullable InetAddress found) {
    running.remove(host);
    if (wanted.contains(host)) {
      put(host, found);
    }
    startWaiting();
    changed.run();
  }

  private void put(String host, @Nullable InetAddress found) {
    if (found == null) {
      failed.add(host);
    } else {
      failed.remove(host);
      addresses.put(host, found);
    }
  }

  private @Nullable InetAddress find(String host) {
    try {
      return lookup.address(host);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
