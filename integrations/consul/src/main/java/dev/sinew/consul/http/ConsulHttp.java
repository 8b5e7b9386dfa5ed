// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.http;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Talks to Consul agents: no redirects, every answer bounded in size and time.
 *
 * <p>Certificates are read again after a connection failed for their sake, so that renewed files are
 * taken without a restart.
 */
public final class ConsulHttp {
  /** 10 000 instances of about 3 kB each: one with two checks and ten pairs of metadata has 2 kB. */
  public static final int LARGEST_BODY = 32 * 1024 * 1024;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  // One client for the process: each costs a selector thread, and Java 17's cannot be closed.
  private static final HttpClient PLAIN = builder().build();

  private final Tls tls;
  private final String token;
  private volatile @Nullable HttpClient client;

  /**
   * A client of agents that share certificates and a token.
   *
   * @param tls used for agents whose scheme is https
   * @param token sent as X-Consul-Token, or empty
   * @throws IllegalArgumentException if the certificates cannot be read
   */
  public ConsulHttp(Tls tls, String token) {
    this.tls = tls;
    this.token = token;
    this.client = tls.on() ? secure(tls) : PLAIN;
  }

  /** A text as one segment of a path or one value of a query. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Waits for the answer to a GET; an interrupt or the deadline breaks the connection off. */
  public Answer get(URI agent, String path, Duration deadline)
      throws IOException, InterruptedException {
    return send(request(agent, path).GET(), deadline);
  }

  /** Waits for the answer to a PUT; an interrupt or the deadline breaks the connection off. */
  public Answer put(URI agent, String path, byte[] body, Duration deadline)
      throws IOException, InterruptedException {
    return send(request(agent, path).PUT(HttpRequest.BodyPublishers.ofByteArray(body)), deadline);
  }

  private HttpRequest.Builder request(URI agent, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(agent.resolve(path));
    return token.isEmpty() ? request : request.header("X-Consul-Token", token);
  }

  // HttpRequest.timeout ends with the headers; this deadline covers a dripping body as well.
  private Answer send(HttpRequest.Builder request, Duration deadline)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client().sendAsync(request.build(), BoundedBody.handler(LARGEST_BODY));
    try {
      HttpResponse<byte[]> got = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return Answer.of(got.statusCode(), got.headers(), got.body());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SSLException) {
        client = tls.on() ? null : client;
      }
      throw cause instanceof IOException io ? io : new IOException(cause);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + deadline.toMillis() + " ms", e);
    } finally {
      answer.cancel(true);
    }
  }

  private HttpClient client() throws IOException {
    HttpClient ready = client;
    if (ready == null) {
      try {
        ready = secure(tls);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
      client = ready;
    }
    return ready;
  }

  private static HttpClient secure(Tls tls) {
    return builder().sslContext(tls.context()).build();
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_TIMEOUT);
  }

  /**
   * What an agent answered.
   *
   * @param index of the blocking query, or 0 when absent or not a number above 0
   * @param lastContact how long the server that answered had not heard from its leader; zero when it
   *     does not say
   * @param leaderless whether the server said that it knows no leader, so that what it says may be old
   * @param filtered whether the server left entries out because the token may not read them
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(
      int status,
      long index,
      Duration lastContact,
      boolean leaderless,
      boolean filtered,
      byte[] body) {

    private static final long LONGEST_CONTACT_MILLIS = Duration.ofDays(365).toMillis();

    static Answer of(int status, HttpHeaders headers, byte[] body) {
      long contact = Math.min(LONGEST_CONTACT_MILLIS, number(headers, "X-Consul-LastContact"));
      return new Answer(
          status,
          number(headers, "X-Consul-Index"),
          Duration.ofMillis(contact),
          says(headers, "X-Consul-KnownLeader", "false"),
          says(headers, "X-Consul-Results-Filtered-By-ACLs", "true"),
          body);
    }

    /** Whether the request was carried out. */
    public boolean ok() {
      return status == 200;
    }

    /** The agent does not know the check or service: 500 in Consul 1.8, 404 in newer ones. */
    public boolean unknown() {
      return status == 404 || status == 500;
    }

    /** The body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    private static boolean says(HttpHeaders headers, String name, String word) {
      return headers.firstValue(name).map(word::equals).orElse(false);
    }

    private static long number(HttpHeaders headers, String name) {
      try {
        return Math.max(0, Long.parseLong(headers.firstValue(name).orElse("0")));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }
}
