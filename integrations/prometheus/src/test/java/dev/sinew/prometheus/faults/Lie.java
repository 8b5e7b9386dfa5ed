// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.faults;

import dev.sinew.prometheus.http.Failure;

/** What a proxy can do to an answer, and how that is counted. */
public enum Lie {
  EMPTY(Failure.EMPTY),
  NAN(Failure.NOT_FINITE),
  PLUS_INFINITE(Failure.NOT_FINITE),
  MINUS_INFINITE(Failure.NOT_FINITE),
  NEGATIVE(Failure.NEGATIVE),
  ABSURD(Failure.ABSURD),
  DUPLICATE(Failure.DUPLICATE),
  UNLABELLED(Failure.UNLABELLED),
  STALE(Failure.STALE),
  FUTURE(Failure.STALE),
  GONE(Failure.STALE),
  HUNG(Failure.LATE),
  DRIPPING(Failure.LATE),
  HUGE(Failure.TOO_LARGE),
  MANY_SERIES(Failure.TOO_MANY_SERIES),
  HTML(Failure.MALFORMED),
  OTHER_JSON(Failure.MALFORMED),
  NOT_UTF_8(Failure.MALFORMED),
  CUT_OFF(Failure.MALFORMED),
  BROKEN_OFF(Failure.UNREACHABLE),
  CLOSED(Failure.UNREACHABLE),
  FAILED(Failure.FAILED),
  MATRIX(Failure.WRONG_TYPE),
  STRING(Failure.WRONG_TYPE),
  HISTOGRAM(Failure.WRONG_TYPE),
  PARTIAL(Failure.PARTIAL),
  GZIP_BOMB(Failure.ENCODED),
  REDIRECT(Failure.REDIRECTED),
  NO_CONTENT(Failure.NOT_PROMETHEUS, 204),
  UNAUTHORIZED(Failure.UNAUTHORIZED, 401),
  FORBIDDEN(Failure.UNAUTHORIZED, 403),
  NOT_FOUND(Failure.NOT_PROMETHEUS, 404),
  BAD_REQUEST(Failure.QUERY_REFUSED, 400),
  UNPROCESSABLE(Failure.QUERY_REFUSED, 422),
  TOO_MANY_REQUESTS(Failure.THROTTLED, 429),
  INTERNAL_ERROR(Failure.SERVER_ERROR, 500),
  UNAVAILABLE(Failure.SERVER_ERROR, 503);

  /** How it is counted. */
  public final Failure failure;

  final int status;

  Lie(Failure failure) {
    this(failure, 200);
  }

  Lie(Failure failure, int status) {
    this.failure = failure;
    this.status = status;
  }

  /** Whether it can be read and so replaces at once what was known. */
  boolean readable() {
    return switch (failure) {
      case EMPTY, NOT_FINITE, NEGATIVE, ABSURD, DUPLICATE, UNLABELLED, STALE -> true;
      default -> false;
    };
  }
}
