// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy on a port of its own; cutting it resets every connection, as a killed process does. */
final class CutWire implements AutoCloseable {
  private final int to;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  CutWire(int to) {
    this.to = to;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::acceptAll);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Resets all connections and refuses new ones. */
  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        reset(socket);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        if (listener.isClosed()) {
          reset(client);
        }
        start(() -> copy(client, server));
        start(() -> copy(server, client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // Cut.
    }
  }

  private static void reset(Socket socket) throws IOException {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // The other end was first.
    }
    socket.close();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "cut-wire");
    thread.setDaemon(true);
    thread.start();
  }
}
