// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A registry as a program of its own, to be killed: arguments are its port and its file. */
final class RegistryProcess {
  private RegistryProcess() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    try (RegistryServer server = RegistryServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        null,
        Path.of(arguments[1]))) {
      System.out.println(server.address().getPort());
      Thread.currentThread().join();
    }
  }
}
