// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import java.io.IOException;
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

/** Talks to one Consul agent: no redirects, every answer bounded in size and time. */
final class ConsulHttp {
  /** 10 000 instances of about 800 bytes each. */
  static final int LARGEST_BODY = 8 * 1024 * 1024;

  // One client for the process: each would cost a selector thread, and Java 17's cannot be closed.
  private static final HttpClient CLIENT = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .followRedirects(HttpClient.Redirect.NEVER)
      .connectTimeout(Duration.ofSeconds(2))
      .build();

  private final URI agent;
  private final String token;

  ConsulHttp(ConsulTarget target) {
    this.agent = target.agent();
    this.token = target.token();
  }

  /** A text as one segment of a path or one value of a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Waits for the answer to a GET; an interrupt or the deadline breaks the connection off. */
  Answer get(String path, Duration deadline) throws IOException, InterruptedException {
    return send(request(path).GET(), deadline);
  }

  /** Waits for the answer to a PUT; an interrupt or the deadline breaks the connection off. */
  Answer put(String path, byte[] body, Duration deadline) throws IOException, InterruptedException {
    return send(request(path).PUT(HttpRequest.BodyPublishers.ofByteArray(body)), deadline);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(agent.resolve(path));
    return token.isEmpty() ? request : request.header("X-Consul-Token", token);
  }

  // HttpRequest.timeout ends with the headers; this deadline covers a dripping body as well.
  private static Answer send(HttpRequest.Builder request, Duration deadline)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        CLIENT.sendAsync(request.build(), BoundedBody.handler(LARGEST_BODY));
    try {
      HttpResponse<byte[]> got = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      long index = index(got.headers().firstValue("X-Consul-Index").orElse(""));
      return new Answer(got.statusCode(), index, got.body());
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + deadline, e);
    } finally {
      answer.cancel(true);
    }
  }

  private static long index(String header) {
    try {
      return Math.max(0, Long.parseLong(header));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * What an agent answered.
   *
   * @param index of the blocking query, or 0 when absent or not a number above 0
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, long index, byte[] body) {
    boolean ok() {
      return status == 200;
    }

    /** The agent does not know the check or service: 500 in Consul 1.8, 404 in newer ones. */
    boolean unknown() {
      return status == 404 || status == 500;
    }
  }
}
