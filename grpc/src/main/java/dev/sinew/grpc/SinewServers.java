// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import io.grpc.ServerBuilder;

/**
 * The entry point for servers: makes any gRPC server report its load, register itself and drain.
 *
 * <pre>{@code
 * Server server = SinewServers.install(ServerBuilder.forPort(8080).addService(new Orders()))
 *     .workers(8)
 *     .register("orders")
 *     .build()
 *     .start();
 * }</pre>
 */
public final class SinewServers {
  private SinewServers() {}

  /**
   * Builds on a server builder of any transport; everything set on it stays, except a health service,
   * which {@link SinewServerBuilder#health} takes, a {@link ServerBuilder#callExecutor} and, with {@link
   * SinewServerBuilder#workers}, its executor.
   */
  public static SinewServerBuilder install(ServerBuilder<?> builder) {
    return new SinewServerBuilder(builder);
  }
}
