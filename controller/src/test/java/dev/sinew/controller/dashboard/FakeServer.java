// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A live page on a free port of 127.0.0.1, its server with two threads only. */
final class FakeServer implements AutoCloseable {
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final HttpServer server;
  final LivePage page;

  FakeServer(LiveHistory history, int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.setExecutor(threads);
    page = LivePage.start(server, history);
    server.start();
  }

  /**
   * Serves a made-up run as it happens, for looking at: arguments are the quiet fleet's size (8) and how
   * many times faster than real (4). After its end it starts anew with another run.
   */
  public static void main(String[] arguments) throws Exception {
    FakeRun run = new FakeRun(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8);
    long pauseMillis = 1000 / (arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4);
    int port = 0;
    for (int round = 1; ; round++) {
      LiveHistory history = new LiveHistory(FakeRun.info("fake-" + round));
      try (FakeServer server = new FakeServer(history, port)) {
        port = server.port();
        System.out.println(server.url());
        for (int second = 1; second <= FakeRun.SECONDS; second++) {
          run.play(history, second - 1, second);
          TimeUnit.MILLISECONDS.sleep(pauseMillis);
        }
      }
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  @Override
  public void close() {
    page.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
