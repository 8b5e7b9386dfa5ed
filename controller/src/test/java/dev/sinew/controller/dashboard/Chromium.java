// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A headless Chromium as a child process, with a profile of its own and no way to any host but loopback. It
 * is driven through its DevTools protocol, tab by tab.
 */
public final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path profile;
  private final Process process;
  private final int port;

  private Chromium(Path binary) throws IOException, InterruptedException {
    profile = Files.createTempDirectory("sinew-chromium");
    process = new ProcessBuilder(command(binary, profile))
        .redirectErrorStream(true)
        .redirectOutput(profile.resolve("output.txt").toFile())
        .start();
    port = awaitPort();
  }

  /** The browser, where one is installed. */
  static Optional<Path> installed() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(java.io.File.pathSeparator))
        .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Chromium start(Path binary) throws IOException, InterruptedException {
    return new Chromium(binary);
  }

  private static List<String> command(Path binary, Path profile) {
    return List.of(
        binary.toString(),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--remote-debugging-port=0",
        "--user-data-dir=" + profile,
        "about:blank");
  }

  private int awaitPort() throws IOException, InterruptedException {
    Path file = profile.resolve("DevToolsActivePort");
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < deadline && process.isAlive()) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() >= 2) {
        return Integer.parseInt(lines.get(0));
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    String said = Files.readString(profile.resolve("output.txt"));
    close();
    throw new IOException("chromium: no DevTools port in 30 s; it said " + said);
  }

  /** A new empty tab. */
  public BrowserTab open() throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/json/new?about:blank");
    HttpRequest put =
        HttpRequest.newBuilder(uri).PUT(HttpRequest.BodyPublishers.noBody()).build();
    String answer = http.send(put, BodyHandlers.ofString()).body();
    String socket =
        JsonMapper.shared().readTree(answer).get("webSocketDebuggerUrl").stringValue();
    return BrowserTab.connect(http, URI.create(socket));
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    List<Path> left = new ArrayList<>();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(left::add);
    }
    for (Path path : left) {
      path.toFile().delete(); // what a dying child still writes may stay behind
    }
  }
}
