// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import java.util.Locale;

/** Every way in which a question to Prometheus can leave a value unknown. */
public enum Failure {
  /** No connection, or one that broke before the answer was whole. */
  UNREACHABLE,
  /** No whole answer in time. */
  LATE,
  /** TLS on one side only, or a certificate that the CA did not sign. */
  TLS,
  /** Token or password are missing or refused (401, 403). */
  UNAUTHORIZED,
  /** A redirection; none is followed. */
  REDIRECTED,
  /** Another status or page than a Prometheus would send. */
  NOT_PROMETHEUS,
  /** The query itself is refused (400, 422). */
  QUERY_REFUSED,
  /** Too many questions (429). */
  THROTTLED,
  /** Overloaded, starting or broken (500 and above). */
  SERVER_ERROR,
  /** A compressed body, which nobody asked for. */
  ENCODED,
  /** A longer body than any honest answer has. */
  TOO_LARGE,
  /** No JSON, no UTF-8, cut off, or JSON of another form. */
  MALFORMED,
  /** Status 200, but the body says that the query failed. */
  FAILED,
  /** A matrix, a string, or histograms where numbers are expected. */
  WRONG_TYPE,
  /** A storage behind it did not answer, so that series may be missing. */
  PARTIAL,
  /** More series than any fleet has replicas. */
  TOO_MANY_SERIES,
  /** No series. */
  EMPTY,
  /** Series without the label {@code replica} where replicas are told apart, or both kinds. */
  UNLABELLED,
  /** Two series for one replica, or for the whole service. */
  DUPLICATE,
  /** NaN or infinite. */
  NOT_FINITE,
  /** Below 0. */
  NEGATIVE,
  /** Beyond what any meter shows. */
  ABSURD,
  /** The samples behind the value are too old, or gone. */
  STALE;

  /** The name for people and labels, as {@code not-finite}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
