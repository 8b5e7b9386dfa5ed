// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.http;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
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
 * Asks a Prometheus: no redirects, no compression, every answer bounded in size and time.
 *
 * <p>The file of certificates is read again after a connection failed for their sake, so that a renewed
 * one is taken without a restart.
 */
public final class PrometheusHttp {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  // One client for the process: each costs a selector thread, and Java 17's cannot be closed.
  private static final HttpClient PLAIN = builder().build();

  private final PrometheusTarget target;
  private final Trouble trouble;
  private volatile @Nullable Trust trust;
  private volatile HttpClient client;

  /**
   * Connects to nobody yet.
   *
   * @throws IllegalArgumentException if the file of certificates cannot be read
   */
  public PrometheusHttp(PrometheusTarget target) {
    this.target = target;
    this.trouble = new Trouble(target);
    this.trust = target.ca().isEmpty() ? null : Trust.in(target.ca());
    this.client = client(trust);
  }

  /**
   * Sends a GET.
   *
   * @param path with parameters, as {@code /api/v1/query?query=up}
   * @param largest bytes of the body
   */
  public Asked get(String path, int largest) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.address() + path));
    String authorization = target.authorization();
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return new Asked(client.sendAsync(request.build(), info -> new BoundedBody(largest)));
  }

  /** A text as the value of a parameter. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private synchronized void renew() {
    Trust before = trust;
    Trust now = before == null ? null : before.renewed();
    if (now != before) {
      trust = now;
      client = client(now);
    }
  }

  private static HttpClient client(@Nullable Trust trust) {
    return trust == null ? PLAIN : builder().sslContext(trust.context()).build();
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_TIMEOUT);
  }

  /** A request that is under way. */
  public final class Asked {
    private final CompletableFuture<HttpResponse<byte[]>> answer;

    private Asked(CompletableFuture<HttpResponse<byte[]>> answer) {
      this.answer = answer;
    }

    /**
     * Waits for the body of an answer of status 200; whatever the outcome, the request is over then.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @throws UnusableAnswerException if there is none in time, or another status
     */
    public byte[] body(long deadlineNanos) throws UnusableAnswerException, InterruptedException {
      try {
        long left = Math.max(0, deadlineNanos - System.nanoTime());
        HttpResponse<byte[]> got = answer.get(left, TimeUnit.NANOSECONDS);
        trouble.require(got);
        return got.body();
      } catch (TimeoutException e) {
        throw trouble.of(Failure.LATE, "no answer in time");
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof SSLException) {
          renew();
        }
        throw trouble.of(cause);
      } finally {
        cancel();
      }
    }

    /** Breaks it off; does nothing if it is over. */
    public void cancel() {
      answer.cancel(true);
    }
  }
}
