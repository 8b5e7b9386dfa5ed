// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Requests to an agent as an operator makes them. */
public record ConsulApi(URI agent, String token) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The answer to a GET within 15 s. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  /** The body of the answer to a PUT; single quotes stand for double ones. */
  public String put(String path, String body) throws IOException, InterruptedException {
    HttpRequest.BodyPublisher publisher =
        HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'));
    HttpResponse<String> answer = send(HttpRequest.newBuilder().PUT(publisher), path);
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    request.uri(agent.resolve(path)).timeout(Duration.ofSeconds(15));
    if (!token.isEmpty()) {
      request.header("X-Consul-Token", token);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
