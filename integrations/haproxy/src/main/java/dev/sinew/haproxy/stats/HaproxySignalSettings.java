// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import dev.sinew.Expect;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What to look at in HAProxy's statistics, and how often.
 *
 * @param backend the name of the service's backend: at most 100 letters, digits and any of _ . : -
 * @param grpc whether the calls are gRPC, whose errors HAProxy does not see
 * @param whole whether the backend is this service's alone, so that its sums speak of the service; if not,
 *     as of a service and its backup, only its servers are told of
 * @param interval between two looks, 100 ms to 1 h
 * @param freshness how long an answer may be believed, twice the interval to 1 day
 */
public record HaproxySignalSettings(
    String backend, boolean grpc, boolean whole, Duration interval, Duration freshness) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

  /** Checks everything. */
  public HaproxySignalSettings {
    Expect.that(
        NAME.matcher(backend).matches(),
        "haproxy.backend",
        backend,
        "1 to 100 letters, digits and any of _ . : -");
    Expect.that(
        interval.toMillis() >= 100 && interval.compareTo(Duration.ofHours(1)) <= 0,
        "haproxy.interval",
        interval,
        "100 ms to 1 h");
    Expect.that(
        freshness.compareTo(interval.multipliedBy(2)) >= 0
            && freshness.compareTo(Duration.ofDays(1)) <= 0,
        "haproxy.freshness",
        freshness,
        "twice the interval to 1 day");
  }

  /** A backend of its own, each second, believed for five. */
  public static HaproxySignalSettings of(String backend, boolean grpc) {
    return new HaproxySignalSettings(
        backend, grpc, true, Duration.ofSeconds(1), Duration.ofSeconds(5));
  }
}
