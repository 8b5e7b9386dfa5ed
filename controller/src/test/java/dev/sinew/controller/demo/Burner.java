// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.grpc.SinewServers;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;

/** A replica that keeps about a fifth of one processor busy, whatever is asked of it. */
final class Burner {
  private Burner() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    SinewServers.install(NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
        .register("burner")
        .build()
        .start();
    while (true) {
      long busyUntil = System.nanoTime() + 20_000_000;
      while (System.nanoTime() < busyUntil) {
        Thread.onSpinWait();
      }
      LockSupport.parkNanos(80_000_000);
    }
  }
}
