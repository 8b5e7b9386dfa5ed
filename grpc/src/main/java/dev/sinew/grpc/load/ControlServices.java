// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The services that watch over a server and are no part of its load, by name. */
final class ControlServices {
  private static final Set<String> NAMES = Set.of(
      "grpc.channelz.v1.Channelz",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "xds.service.orca.v3.OpenRcaService");

  private ControlServices() {}

  static boolean contains(@Nullable String serviceName) {
    return serviceName != null && NAMES.contains(serviceName);
  }
}
