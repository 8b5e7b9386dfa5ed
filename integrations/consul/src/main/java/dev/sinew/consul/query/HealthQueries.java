// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import dev.sinew.consul.http.ConsulHttp;
import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.Endpoint;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The paths of the health queries about one target's service, answered by any server ({@code stale}).
 *
 * <p>All of them read the same index, so what they answer can be put in order.
 *
 * @param target whose service, tags and datacenter are asked for
 */
public record HealthQueries(ConsulTarget target) {
  /** How many instances one query asks for by their ids. */
  static final int MOST_IDS = 32;

  private static final String NOT_PASSING = "Checks.Status != \"passing\"";
  // What cannot end the quotation.
  private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9_.:@-]{1,128}");

  /**
   * The passing instances.
   *
   * @param beyond wait until the index is greater; 0 does not wait
   */
  public String passing(long beyond, Duration wait) {
    return path("?passing&stale", beyond, wait);
  }

  /**
   * The instances of which a check does not pass, be it their own or their node's: exactly those that
   * {@link #passing} leaves out.
   *
   * @param beyond wait until the index is greater; 0 does not wait
   */
  public String failing(long beyond, Duration wait) {
    return path("?stale&filter=" + ConsulHttp.encoded(NOT_PASSING), beyond, wait);
  }

  /** Those of some instances that pass now; empty if there is none that can be asked for by its id. */
  public String recovered(Collection<Endpoint> instances) {
    Set<String> ids = new TreeSet<>();
    for (Endpoint instance : instances) {
      if (ids.size() < MOST_IDS && PLAIN.matcher(instance.id()).matches()) {
        ids.add("Service.ID == \"" + instance.id() + '"');
      }
    }
    String filter = ConsulHttp.encoded(String.join(" or ", ids));
    return ids.isEmpty() ? "" : path("?passing&stale&filter=" + filter, 0, Duration.ZERO);
  }

  private String path(String options, long beyond, Duration wait) {
    StringBuilder path = new StringBuilder("/v1/health/service/");
    path.append(ConsulHttp.encoded(target.service())).append(options);
    for (String tag : target.tags()) {
      path.append("&tag=").append(ConsulHttp.encoded(tag));
    }
    if (!target.datacenter().isEmpty()) {
      path.append("&dc=").append(ConsulHttp.encoded(target.datacenter()));
    }
    if (beyond > 0) {
      path.append("&index=").append(beyond).append("&wait=");
      boolean whole = wait.toMillisPart() == 0;
      path.append(whole ? wait.toSeconds() + "s" : wait.toMillis() + "ms");
    }
    return path.toString();
  }
}
