// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One tab of a {@link Chromium}: goes to pages, evaluates scripts, takes pictures, hears complaints. */
public final class BrowserTab implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final WebSocket socket;

  private BrowserTab(HttpClient http, URI uri) {
    socket = http.newWebSocketBuilder()
        .connectTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
        .buildAsync(uri, new Ear())
        .join();
  }

  static BrowserTab connect(HttpClient http, URI uri) {
    BrowserTab tab = new BrowserTab(http, uri);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      tab.call(domain + ".enable", Map.of());
    }
    tab.call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    return tab;
  }

  /** Calls a method of the DevTools protocol and returns its result. */
  JsonNode call(String method, Map<String, ?> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    String text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
    synchronized (socket) { // a WebSocket takes one message at a time
      socket.sendText(text, true).join();
    }
    JsonNode heard = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (heard.has("error")) {
      throw new IllegalStateException(method + ": " + heard.get("error"));
    }
    return heard.get("result");
  }

  public void go(String url) {
    call("Page.navigate", Map.of("url", url));
  }

  /** The value of an expression, as text; an exception in it fails. */
  public String evaluate(String expression) {
    JsonNode result = call(
        "Runtime.evaluate",
        Map.of("expression", "String(" + expression + ")", "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.get("result").get("value").stringValue();
  }

  /** Waits until an expression is true, and fails after a bound with what another expression says. */
  public void await(String condition, Duration bound, String evidence) throws InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!evaluate("(() => { try { return " + condition + "; } catch (e) { return false; } })()")
        .equals("true")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + bound + ": " + condition + "; instead: "
            + evaluate(evidence) + "; complaints: " + complaints);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  public void await(String condition) throws InterruptedException {
    await(condition, Duration.ofSeconds(20), "document.body.innerText.slice(0, 2000)");
  }

  /** Presses and releases a key, as {@code Tab}, {@code Enter} or {@code ArrowLeft}. */
  void press(String key) {
    Map<String, Integer> codes =
        Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowLeft", 37, "ArrowRight", 39);
    int code = codes.getOrDefault(key, 0);
    String text = key.equals("Enter") ? "\r" : "";
    call(
        "Input.dispatchKeyEvent",
        Map.of(
            "type",
            text.isEmpty() ? "rawKeyDown" : "keyDown",
            "key",
            key,
            "code",
            key,
            "windowsVirtualKeyCode",
            code,
            "text",
            text));
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
  }

  /** Moves, presses or releases the mouse; the count of clicks is 0 while no button is held. */
  void mouse(String type, double x, double y, int clicks) {
    String button = clicks == 0 ? "none" : "left";
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            x,
            "y",
            y,
            "button",
            button,
            "buttons",
            clicks == 0 ? 0 : 1,
            "clickCount",
            clicks));
  }

  /** Pretends a screen: width and height in CSS pixels, {@code light} or {@code dark}. */
  public void screen(int width, int height, String theme, boolean reducedMotion) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", theme),
                Map.of(
                    "name",
                    "prefers-reduced-motion",
                    "value",
                    reducedMotion ? "reduce" : "no-preference"))));
  }

  /** Writes a picture of the whole page, or of what a screen of that height shows. */
  public void picture(Path file, boolean wholePage) throws IOException {
    JsonNode shot =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", wholePage));
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.write(file, Base64.getDecoder().decode(shot.get("data").stringValue()));
  }

  /** Addresses asked for so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Errors and warnings on the console, exceptions, blocked loads. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  void forgetComplaints() {
    complaints.clear();
  }

  @Override
  public void close() {
    socket.abort();
  }

  private void hear(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = waiting.remove(message.get("id").intValue());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    JsonNode event = message.get("params");
    switch (message.get("method").stringValue()) {
      case "Network.requestWillBeSent" ->
        requests.add(event.get("request").get("url").stringValue());
      case "Runtime.exceptionThrown" -> complaints.add(event.toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(event.get("type").stringValue())) {
          complaints.add(event.toString());
        }
      }
      case "Log.entryAdded" -> complaints.add(event.toString());
      default -> {}
    }
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        hear(JSON.readTree(parts.toString()));
        parts.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      waiting.values().forEach(answer -> answer.cancel(false));
      return CompletableFuture.completedStage(null);
    }
  }
}
