// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which endpoints a client uses, given the lists of a source that may be wrong and what the
 * client's own connections say.
 *
 * <p>A list is believed, with three exceptions:
 *
 * <ul>
 *   <li>An empty list after a good one says nothing: a registry that lost its memory looks the same as
 *       a service that lost its replicas, and following it gains nothing.
 *   <li>If two or more endpoints that serve are missing, and with them half or more of what served, they
 *       are <i>retained</i> until the listed ones that serve are more than half as many as served
 *       before, also when one of them dies meanwhile. So a list of wrong addresses has to prove itself,
 *       too.
 *   <li>While none of the listed endpoints serves, every missing one that does is retained.
 * </ul>
 *
 * <p>A retained endpoint leaves as soon as it does not serve: its connection fails, or it says that it
 * drains. So replicas that leave in an orderly way are never in doubt for long. After ten minutes the
 * list is believed, unless none of its endpoints serves.
 *
 * <p>Serving means connected, healthy, and not draining; what it means exactly is the caller's
 * predicate. Not thread-safe.
 *
 * @param <K> what identifies an endpoint; equal keys are the same replica
 */
public final class StableEndpoints<K> {
  private static final long LONGEST_DOUBT_NANOS = 600_000_000_000L;

  /** Since when each endpoint is missing that is used all the same. */
  private final Map<K, Long> retained = new LinkedHashMap<>();

  private Set<K> listed = new LinkedHashSet<>();

  /** How many served when the first of the retained went missing. */
  private long servedBefore;

  /** Whether two or more that served went missing at once; until none is retained any more. */
  private boolean wholesale;

  private boolean emptied;
  private long doubts;

  /** No endpoint at first. */
  public StableEndpoints() {}

  /**
   * Takes a list of the source.
   *
   * @param list complete; an endpoint that is there twice counts once
   * @param serves whether an endpoint serves at this moment; asked only about endpoints in use or listed
   * @return the endpoints to use from now on, the listed ones first
   */
  public List<K> listed(Collection<K> list, Predicate<? super K> serves, long nowNanos) {
    if (list.isEmpty() && !listed.isEmpty()) {
      doubts += emptied ? 0 : 1;
      emptied = true;
      return review(serves, nowNanos);
    }
    emptied = false;
    Set<K> before = listed;
    long serving = serving(before, serves) + serving(retained.keySet(), serves);
    listed = new LinkedHashSet<>(list);
    retained.keySet().removeAll(listed);
    if (retained.isEmpty()) {
      servedBefore = serving;
    }
    for (K key : before) {
      if (!listed.contains(key)) {
        retained.put(key, nowNanos);
      }
    }
    wholesale |= serving(retained.keySet(), serves) >= 2;
    List<K> use = review(serves, nowNanos);
    doubts += retained.isEmpty() || listed.equals(before) ? 0 : 1;
    return use;
  }

  /**
   * Looks again after an endpoint began or ceased to serve, and now and then while {@link
   * #doubting in doubt}, because doubt ends with time.
   *
   * @return the endpoints to use from now on
   */
  public List<K> review(Predicate<? super K> serves, long nowNanos) {
    if (!retained.isEmpty()) {
      retained.keySet().removeIf(serves.negate());
      long proven = serving(listed, serves);
      if (proven > 0) {
        retained.values().removeIf(since -> nowNanos - since >= LONGEST_DOUBT_NANOS);
        if (!wholesale || 2 * proven > servedBefore) {
          retained.clear();
        }
      }
    }
    wholesale &= !retained.isEmpty();
    List<K> use = new ArrayList<>(listed);
    use.addAll(retained.keySet());
    return use;
  }

  /** The endpoints that are used although the latest list does not name them. */
  public Set<K> retained() {
    return Set.copyOf(retained.keySet());
  }

  /** Whether the latest list is not, or not entirely, believed. */
  public boolean doubting() {
    return emptied || !retained.isEmpty();
  }

  /** How many lists were not believed in full. */
  public long doubts() {
    return doubts;
  }

  private static <K> long serving(Collection<K> keys, Predicate<? super K> serves) {
    return keys.stream().filter(serves).count();
  }
}
