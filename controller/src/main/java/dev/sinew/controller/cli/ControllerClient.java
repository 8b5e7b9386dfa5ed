// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinew.controller.dashboard.LiveJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a running controller. Answers are read up to 16 MiB; redirections are not followed. */
final class ControllerClient {
  private static final int LARGEST_ANSWER = 16 << 20;
  private static final int LONGEST_MESSAGE = 400;
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http = HttpClient.newBuilder()
      .connectTimeout(CONNECT)
      .version(HttpClient.Version.HTTP_1_1)
      .build();
  private final URI url;
  private final @Nullable String token;

  /**
   * A client of one controller.
   *
   * @param url its address, without a path
   * @param token sent with each request, or null
   */
  ControllerClient(URI url, @Nullable String token) {
    this.url = url;
    this.token = token;
  }

  /** Where it asks. */
  URI url() {
    return url;
  }

  /**
   * Reads.
   *
   * @param path below {@code /api/v1/}
   * @throws UnavailableException if there is no good answer
   */
  JsonNode get(String path) throws InterruptedException {
    return send(request(path).GET().build());
  }

  /**
   * Changes.
   *
   * @param path below {@code /api/v1/}
   * @throws InputException if the controller knows no such service
   * @throws UnavailableException if it was not done
   */
  JsonNode post(String path, Map<String, String> body) throws InterruptedException {
    return send(request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
        .build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve("/api/v1/" + path)).timeout(ANSWER);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private JsonNode send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        byte[] body = in.readNBytes(LARGEST_ANSWER);
        return understood(answer.statusCode(), body);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new UnavailableException("the controller does not answer at " + url
          + " (expected: a running sinew run; " + e.getClass().getSimpleName() + ")");
    }
  }

  private JsonNode understood(int status, byte[] body) {
    JsonNode answer;
    try {
      answer = JSON.readTree(new String(body, UTF_8));
    } catch (JacksonException e) {
      throw new UnavailableException(
          url + ": status " + status + " without JSON (expected: a Sinew controller)");
    }
    if (status == 200) {
      return answer;
    }
    JsonNode error = answer.get("error");
    String text = LiveJson.clean(error == null ? "no reason" : error.asString(), LONGEST_MESSAGE);
    if (status == 401) {
      throw new UnavailableException(
          text + "; its value comes from the fleet file's variable or from SINEW_TOKEN");
    }
    if (status == 404 || status == 400) {
      throw new InputException(text);
    }
    throw new UnavailableException(text);
  }
}
