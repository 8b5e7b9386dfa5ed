// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import dev.sinew.Expect;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a request came to nothing, in one sentence for people, without secrets. */
final class Trouble {
  /** A server that asks for more would be deaf to its recovery. */
  static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);

  private static final Pattern ERROR =
      Pattern.compile("\"error\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final int READ_OF_BODY = 2_000;

  private final PrometheusTarget target;

  Trouble(PrometheusTarget target) {
    this.target = target;
  }

  /** Does nothing if the body may be read as an answer. */
  void require(HttpResponse<byte[]> answer) throws UnusableAnswerException {
    int status = answer.statusCode();
    if (status != 200) {
      throw status(status, answer);
    }
    String encoding = answer.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw of(Failure.ENCODED, "the answer is encoded as " + Expect.printable(encoding));
    }
  }

  private UnusableAnswerException status(int status, HttpResponse<byte[]> answer) {
    String body = head(answer.body());
    String bare = "status " + status;
    if (status == 401 || status == 403) {
      String meaning = target.authorization().isEmpty()
          ? "a token or a user is needed"
          : "the " + (target.token().isEmpty() ? "user or password is" : "token is") + " refused";
      return of(Failure.UNAUTHORIZED, meaning + " (" + bare + ")");
    }
    if (body.contains("HTTP request to an HTTPS server")) {
      return of(Failure.TLS, "it speaks TLS, and the address has no https");
    }
    if (status == 400 || status == 422) {
      return of(Failure.QUERY_REFUSED, "the query is refused (" + bare + reason(body) + ")");
    }
    if (status == 429) {
      return of(
          Failure.THROTTLED, "too many requests (" + bare + ")", retryAfter(answer.headers()));
    }
    if (status >= 500) {
      return of(Failure.SERVER_ERROR, bare + reason(body), retryAfter(answer.headers()));
    }
    if (status >= 300 && status < 400) {
      String to = answer.headers().firstValue("Location").orElse("nowhere");
      return of(
          Failure.REDIRECTED,
          "it redirects to " + clean(to) + ", which is not followed (" + bare + ")");
    }
    return of(Failure.NOT_PROMETHEUS, "it is not a Prometheus (" + bare + ")");
  }

  /** What an exception means. */
  UnusableAnswerException of(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String text = clean(message);
    if (caused(e, BoundedBody.TooLargeException.class)) {
      return of(Failure.TOO_LARGE, text);
    }
    if (caused(e, CertificateException.class)) {
      String ca = target.ca().isEmpty() ? "Java's own CAs" : "the CA in " + target.ca();
      return of(
          Failure.TLS, "the server's certificate does not stand up to " + ca + " (" + text + ")");
    }
    if (caused(e, SSLException.class)) {
      return of(Failure.TLS, "no TLS connection (" + text + ")");
    }
    if (caused(e, HttpConnectTimeoutException.class)) {
      return of(Failure.UNREACHABLE, "no connection within 2 s");
    }
    if (caused(e, UnknownHostException.class) || caused(e, UnresolvedAddressException.class)) {
      return of(Failure.UNREACHABLE, "the host is unknown");
    }
    if (caused(e, ConnectException.class)) {
      return of(Failure.UNREACHABLE, "connection refused");
    }
    return of(Failure.UNREACHABLE, "the connection broke (" + text + ")");
  }

  UnusableAnswerException of(Failure failure, String meaning) {
    return of(failure, meaning, Duration.ZERO);
  }

  private UnusableAnswerException of(Failure failure, String meaning, Duration retryAfter) {
    return new UnusableAnswerException(failure, target + ": " + meaning, retryAfter);
  }

  /** In seconds only: the form with a date would need clocks that agree. */
  private static Duration retryAfter(HttpHeaders headers) {
    String text = headers.firstValue("Retry-After").orElse("");
    if (!text.matches("[0-9]{1,9}")) {
      return Duration.ZERO;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(text));
    return asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked;
  }

  private String reason(String body) {
    Matcher error = ERROR.matcher(body);
    return error.find() ? ": " + clean(error.group(1)) : "";
  }

  private String clean(String text) {
    return Expect.printable(target.withoutSecrets(text));
  }

  private static String head(byte[] body) {
    return new String(body, 0, Math.min(READ_OF_BODY, body.length), StandardCharsets.UTF_8);
  }

  // Java's HTTP client wraps exceptions in others of the same kind.
  private static boolean caused(Throwable e, Class<? extends Throwable> type) {
    @Nullable Throwable cause = e;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
