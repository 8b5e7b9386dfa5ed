// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Announces replicas of one service in Consul and keeps them alive by TTL checks of 3 s.
 *
 * <p>A registration is heard of at once, survives a registry that forgets it or is away, and never
 * throws into the server that it announces. A replica that dies is critical, and so no longer found,
 * within 3 s; Consul drops it after a minute more. An agent that restarted without memory knows it again
 * within a heart-beat of 1 s. The tags of the target are the endpoint's, besides {@code primary} or
 * {@code backup} after its priority.
 */
public final class ConsulEndpointSink implements EndpointSink {
  /** Three heart-beats may be lost before a live replica is taken for dead. */
  static final Duration TTL = Duration.ofSeconds(3);

  private static final int MOST_REGISTRATIONS = 256;

  private final ConsulTarget target;
  private final ConsulHttp http;
  private final Duration ttl;
  private final Set<ConsulRegistration> registrations = new HashSet<>();
  private boolean closed;

  ConsulEndpointSink(ConsulTarget target) {
    this(target, TTL);
  }

  ConsulEndpointSink(ConsulTarget target, Duration ttl) {
    this.target = target;
    this.ttl = ttl;
    this.http = new ConsulHttp(target.tls(), target.token());
  }

  /**
   * Announces an endpoint; it returns before the registry has answered.
   *
   * @throws IllegalArgumentException if Consul cannot hold the endpoint: ids of up to 200 and
   *     attribute names of up to 128 plain characters, values of up to 512, 61 attributes
   */
  @Override
  public synchronized Registration register(Endpoint endpoint) {
    ConsulEntries.requireRegistrable(endpoint);
    Expect.that(!closed, "sink", target, "open");
    registrations.removeIf(ConsulRegistration::ended);
    Expect.that(
        registrations.size() < MOST_REGISTRATIONS,
        "registrations",
        registrations.size(),
        "at most 256 in one sink");
    ConsulRegistration registration = new ConsulRegistration(target, http, endpoint, ttl);
    registrations.add(registration);
    registration.start();
    return registration;
  }

  @Override
  public void close() {
    Set<ConsulRegistration> all;
    synchronized (this) {
      closed = true;
      all = Set.copyOf(registrations);
    }
    // All at once: the waits overlap.
    all.forEach(ConsulRegistration::end);
    all.forEach(ConsulRegistration::close);
  }

  @Override
  public String toString() {
    return target.toString();
  }
}
