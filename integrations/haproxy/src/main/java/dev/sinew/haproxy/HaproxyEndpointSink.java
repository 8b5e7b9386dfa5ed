// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the servers of one backend of one or several HAProxies in step with replicas, without reloads.
 *
 * <p>A replica is the server {@code sinew.<id>}; other servers are never touched. What HAProxy has is
 * compared with what is wanted four times a second and mended, whoever changed it; each HAProxy is looked
 * after by a thread of its own. Only a server that a person has put into maintenance stays so, as
 * {@link #status} tells, until that person takes it out or its replica leaves; a restart of HAProxy
 * forgets it. Names are resolved once, at the registration. One sink writes to a backend at a time.
 *
 * <p>HAProxy 2.6 uses a new server before its first check, so a replica should be registered when it is
 * known to serve.
 */
public final class HaproxyEndpointSink implements EndpointSink {
  private static final int MOST_REGISTRATIONS = 1_000;
  private static final int MOST_HAPROXIES = 16;
  private static final Duration LONGEST_GRACE = Duration.ofHours(1);
  private static final Duration CONFIRMATION = Duration.ofSeconds(2);
  private static final long NAMES_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final System.Logger LOG = System.getLogger(HaproxyEndpointSink.class.getName());

  private final String backend;
  private ServerOptions options; // guarded by this
  private volatile Duration grace;
  private final List<DoorLoop> doors = new ArrayList<>();
  private final Map<String, HaproxyRegistration> wanted = new LinkedHashMap<>();
  private final Map<String, HaproxyRegistration> leaving = new HashMap<>();
  private final Set<String> withdrawn = new LinkedHashSet<>();
  private @Nullable Thread resolver;
  private boolean complete;
  private boolean closed;
  private boolean stopped;

  private HaproxyEndpointSink(String backend, ServerOptions options, Duration grace) {
    this.backend = backend;
    this.options = options;
    this.grace = grace;
  }

  /**
   * Opens a sink; its threads begin to look at once.
   *
   * @param haproxies 1 to 16 that have the same backend
   * @param backend its name; its {@code balance} must take new servers: roundrobin, leastconn, random or a
   *     consistent hash
   * @param options how HAProxy speaks to the replicas
   * @param grace how long a replica that leaves may finish its calls, 0 to 1 hour
   */
  public static HaproxyEndpointSink open(
      List<HaproxySocket> haproxies, String backend, ServerOptions options, Duration grace) {
    Expect.that(
        !haproxies.isEmpty() && haproxies.size() <= MOST_HAPROXIES,
        "haproxies",
        haproxies.size(),
        "1 to 16");
    ServerNames.plain("backend", backend);
    requireGrace(grace);
    HaproxyEndpointSink sink = new HaproxyEndpointSink(backend, options, grace);
    for (HaproxySocket haproxy : haproxies) {
      sink.doors.add(new DoorLoop(sink, haproxy, backend));
    }
    sink.doors.forEach(DoorLoop::start);
    return sink;
  }

  /**
   * Puts a replica behind the door; one of the same id is replaced.
   *
   * @throws IllegalArgumentException if the id has other characters than letters, digits, {@code .},
   *     {@code _} and {@code -}, or there are 1000 already
   */
  @Override
  public HaproxyRegistration register(Endpoint endpoint) {
    HaproxyRegistration registration =
        new HaproxyRegistration(this, ServerNames.of(endpoint.id()), endpoint);
    synchronized (this) {
      Expect.that(!closed, "sink", backend, "open");
      HaproxyRegistration former = wanted.get(registration.server());
      Expect.that(
          former != null || wanted.size() < MOST_REGISTRATIONS,
          "registrations",
          wanted.size(),
          "at most 1000 in one sink");
      if (former == null) {
        former = leaving.remove(registration.server());
      }
      if (former != null) {
        former.end(false);
      }
      withdrawn.remove(registration.server());
      wanted.put(registration.server(), registration);
      if (registration.unresolved()) {
        resolve();
      }
    }
    wake();
    return registration;
  }

  /**
   * Says that every replica of the service is registered. From now on servers of ours that nobody has
   * registered, as a former controller leaves them, are drained and deleted; not before, and at each
   * HAProxy only while a registered replica serves there, so that a short list alone empties no backend.
   */
  public void complete() {
    synchronized (this) {
      complete = true;
    }
    wake();
  }

  /** Adds servers in another way from now on; those that are there stay as they are. */
  public void options(ServerOptions next, Duration longest) {
    requireGrace(longest);
    synchronized (this) {
      options = next;
      grace = longest;
    }
    wake();
  }

  private static void requireGrace(Duration grace) {
    Expect.that(
        !grace.isNegative() && grace.compareTo(LONGEST_GRACE) <= 0, "grace", grace, "0 to 1 hour");
  }

  /** How each HAProxy stands to what is wanted, in the order in which they were given. */
  public List<HaproxyStatus> status() {
    return doors.stream().map(DoorLoop::status).toList();
  }

  /** The ids of replicas whose host name has no address so far; they are behind no door yet. */
  public synchronized List<String> unresolved() {
    return wanted.values().stream()
        .filter(HaproxyRegistration::unresolved)
        .map(registration -> registration.endpoint().id())
        .toList();
  }

  /** Stops and leaves every HAProxy as it is, as for replicas that outlive their controller. */
  public void leave() {
    synchronized (this) {
      closed = true;
      stopped = true;
      if (resolver != null) {
        resolver.interrupt();
      }
      wanted.values().forEach(registration -> registration.end(false));
      leaving.values().forEach(registration -> registration.end(false));
    }
    doors.forEach(DoorLoop::stop);
    long deadline = System.nanoTime() + CONFIRMATION.toNanos();
    try {
      for (DoorLoop door : doors) {
        door.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Withdraws every registration, which takes the grace and 2 s at most, and stops. */
  @Override
  public void close() {
    List<HaproxyRegistration> all;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      all = List.copyOf(wanted.values());
    }
    long deadline = System.nanoTime() + longestCloseNanos();
    all.forEach(HaproxyRegistration::withdraw);
    all.forEach(registration -> registration.await(deadline));
    leave();
  }

  @Override
  public String toString() {
    return "haproxy backend " + backend;
  }

  void wake() {
    doors.forEach(DoorLoop::wake);
  }

  long longestCloseNanos() {
    return grace.plus(CONFIRMATION).toNanos();
  }

  synchronized Desire desire() {
    int largest = wanted.values().stream()
        .mapToInt(registration -> registration.endpoint().weight())
        .max()
        .orElse(Endpoint.ORDINARY_WEIGHT);
    Map<String, Wanted> servers = new LinkedHashMap<>();
    wanted.forEach((name, registration) -> servers.put(name, registration.wanted(largest)));
    return new Desire(backend, options, servers, Set.copyOf(withdrawn), complete, grace.toNanos());
  }

  /** What a door has found out; called by its thread. */
  synchronized void looked(DoorLoop door, Plan plan) {
    wanted.values().forEach(registration -> registration.looked(door, plan, doors.size()));
    leaving.values().forEach(registration -> registration.looked(door, plan, doors.size()));
    leaving.values().removeIf(registration -> {
      if (registration.ended()) {
        withdrawn.remove(registration.server());
      }
      return registration.ended();
    });
  }

  void withdraw(HaproxyRegistration registration) {
    synchronized (this) {
      if (!wanted.remove(registration.server(), registration)) {
        return;
      }
      leaving.put(registration.server(), registration);
      withdrawn.add(registration.server());
      forgetOldest();
    }
    wake();
  }

  /** A HAProxy that never comes back must not make the memory grow. */
  private void forgetOldest() {
    Iterator<String> oldest = withdrawn.iterator();
    while (withdrawn.size() > MOST_REGISTRATIONS) {
      HaproxyRegistration forgotten = leaving.remove(oldest.next());
      oldest.remove();
      if (forgotten != null) {
        forgotten.end(false);
      }
    }
  }

  /** One thread for all names, as long as there are any without an address. */
  private void resolve() {
    if (resolver == null) {
      resolver = new Thread(this::resolveAll, "sinew-haproxy-names");
      resolver.setDaemon(true);
      resolver.start();
    }
  }

  private void resolveAll() {
    for (List<HaproxyRegistration> names = names(); !names.isEmpty(); names = names()) {
      for (HaproxyRegistration name : names) {
        try {
          InetAddress address = Addresses.resolve(name.endpoint().host());
          synchronized (this) {
            name.resolved(address);
          }
          wake();
        } catch (UnknownHostException e) {
          LOG.log(System.Logger.Level.DEBUG, "{0} server={1} {2}", this, name.server(), e);
        }
      }
      try {
        TimeUnit.NANOSECONDS.sleep(NAMES_NANOS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The registrations without an address; the resolver ends when there are none. */
  private synchronized List<HaproxyRegistration> names() {
    List<HaproxyRegistration> names =
        wanted.values().stream().filter(HaproxyRegistration::unresolved).toList();
    if (names.isEmpty() || stopped) {
      resolver = null;
      return List.of();
    }
    return names;
  }
}
