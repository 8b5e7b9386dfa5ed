// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
