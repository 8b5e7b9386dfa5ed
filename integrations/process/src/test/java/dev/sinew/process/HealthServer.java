// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A child for tests: a server that answers its health and nothing else. */
final class HealthServer {
  static final String IGNORE_TERM = "ignore-term";

  private HealthServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (List.of(args).contains(IGNORE_TERM)) {
      Runtime.getRuntime().addShutdownHook(new Thread(HealthServer::neverEnd));
    }
    int port = Integer.parseInt(System.getenv("PORT"));
    Server server = NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .addService(new HealthStatusManager().getHealthService())
        .build()
        .start();
    System.out.println(System.getenv(ProcessSpec.REPLICA_ID) + " listens on " + port);
    server.awaitTermination();
  }

  private static void neverEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
