// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import dev.sinew.Expect;
import dev.sinew.consul.http.ConsulHttp.Answer;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a request to an agent came to nothing, in one sentence for people, without secrets. */
public final class Trouble {
  private Trouble() {}

  /** What an answer other than 200 means. */
  public static String of(ConsulTarget target, URI agent, Answer answer) {
    String text =
        "status " + answer.status() + ": " + Expect.printable(answer.text().strip());
    String meaning = "";
    if (answer.status() == 403 || answer.status() == 401) {
      meaning = target.token().isEmpty() ? "a token is needed" : "the token is refused";
    } else if (answer.text().contains("No path to datacenter")) {
      meaning = "the datacenter " + target.datacenter() + " is unknown";
    } else if (answer.text().contains("HTTP request to an HTTPS server")) {
      meaning = "the agent speaks TLS, and the target has no tls=true";
    }
    return at(agent, meaning.isEmpty() ? text : meaning + " (" + text + ")");
  }

  /** An answer that came from behind a policy which hides the service. */
  public static String filtered(URI agent) {
    return at(agent, "the token may not read the service");
  }

  /** What an exception means. */
  public static String of(ConsulTarget target, URI agent, Exception e) {
    String meaning = Expect.printable(message(e));
    if (caused(e, CertificateException.class) != null) {
      String ca = target.tls().ca().isEmpty()
          ? "Java's own CAs"
          : "the CA in " + target.tls().ca();
      meaning = "the agent's certificate does not stand up to " + ca + " (" + meaning + ")";
    } else if (caused(e, SSLException.class) != null) {
      meaning = "no TLS connection (" + meaning + ")";
    } else if (caused(e, HttpConnectTimeoutException.class) != null) {
      meaning = "no connection within 2 s";
    } else if (caused(e, ConnectException.class) != null) {
      meaning = "connection refused";
    }
    return at(agent, meaning);
  }

  private static String at(URI agent, String meaning) {
    return agent + ": " + meaning;
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  // Java's HTTP client wraps exceptions in others of the same kind.
  private static @Nullable Throwable caused(Throwable e, Class<? extends Throwable> type) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (type.isInstance(cause)) {
        return cause;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
