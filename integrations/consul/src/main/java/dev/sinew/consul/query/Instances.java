// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import dev.sinew.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Instances of a service, told apart by id and address: ids are unique per agent only.
 *
 * <p>Immutable. Two are equal if they hold the same instances in whatever order.
 */
public final class Instances {
  /** No instance at all. */
  public static final Instances NONE = new Instances(Map.of());

  // gRPC and people see ids; longer ones are no endpoint's.
  private static final int LONGEST_ID = 253;

  private final Map<String, Endpoint> byKey;

  private Instances(Map<String, Endpoint> byKey) {
    this.byKey = byKey;
  }

  /** Instances with the ids that their agents know; of equal ones the first counts. */
  public static Instances of(Collection<Endpoint> all) {
    Map<String, Endpoint> byKey = new LinkedHashMap<>();
    all.forEach(one -> byKey.putIfAbsent(key(one), one));
    return new Instances(Collections.unmodifiableMap(byKey));
  }

  /** These and others; of equal ones the present one counts. */
  public Instances with(Instances others) {
    Map<String, Endpoint> more = new LinkedHashMap<>(byKey);
    others.byKey.forEach(more::putIfAbsent);
    return more.size() == byKey.size() ? this : new Instances(Collections.unmodifiableMap(more));
  }

  /** These without some. */
  public Instances without(Instances leaving) {
    if (!meet(leaving)) {
      return this;
    }
    Map<String, Endpoint> rest = new LinkedHashMap<>(byKey);
    rest.keySet().removeAll(leaving.byKey.keySet());
    return new Instances(Collections.unmodifiableMap(rest));
  }

  /** Those of these that others contain as well, by id and address. */
  public Instances in(Instances others) {
    Map<String, Endpoint> both = new LinkedHashMap<>(byKey);
    both.keySet().retainAll(others.byKey.keySet());
    return new Instances(Collections.unmodifiableMap(both));
  }

  /** Whether an instance is in both. */
  public boolean meet(Instances others) {
    return !Collections.disjoint(byKey.keySet(), others.byKey.keySet());
  }

  public boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** The instances with the ids that their agents know. */
  public Collection<Endpoint> all() {
    return byKey.values();
  }

  /** The instances with ids of their own: where several share one, the address is added to it. */
  public List<Endpoint> endpoints() {
    Map<String, Integer> addressesOfId = new HashMap<>();
    byKey.values().forEach(e -> addressesOfId.merge(e.id(), 1, Integer::sum));
    List<Endpoint> distinct = new ArrayList<>(byKey.size());
    byKey.forEach((key, e) -> {
      if (addressesOfId.getOrDefault(e.id(), 1) == 1) {
        distinct.add(e);
      } else if (key.length() <= LONGEST_ID) {
        distinct.add(e.withId(key));
      }
    });
    return List.copyOf(distinct);
  }

  private static String key(Endpoint e) {
    return e.id() + "@" + e.host() + ":" + e.port();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Instances that && byKey.equals(that.byKey);
  }

  @Override
  public int hashCode() {
    return byKey.hashCode();
  }

  @Override
  public String toString() {
    return byKey.keySet().toString();
  }
}
