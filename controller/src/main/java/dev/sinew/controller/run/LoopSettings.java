// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.config.system.PrometheusConfig;
import dev.sinew.controller.door.DoorSettings;
import dev.sinew.process.ProcessSpec;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one loop works by: its part of a fleet file, with the addresses that are known by now.
 *
 * @param service its part of the file
 * @param digest of the file
 * @param registry where replicas announce themselves, without a service
 * @param endpoints where the replicas are found whose load counts; empty for those that the target
 *     started itself, by their own ports; never empty in a dry run
 * @param prometheus where signals may come from
 * @param door what stands in front of the service
 */
record LoopSettings(
    ServiceConfig service,
    String digest,
    String registry,
    String endpoints,
    @Nullable PrometheusConfig prometheus,
    DoorSettings door) {
  /** The settings of one service of a fleet. */
  static LoopSettings of(
      ServiceConfig service, FleetConfig fleet, String digest, String registry, boolean dryRun) {
    String endpoints = service.endpoints();
    if (endpoints.isEmpty() && dryRun) {
      endpoints = within(registry, service.announcedAs());
    }
    return new LoopSettings(
        service, digest, registry, endpoints, fleet.prometheus(), DoorSettings.of(service, fleet));
  }

  /** The registry that a controller serves at an address, as its replicas reach it. */
  static String embedded(InetSocketAddress address, @Nullable Secret token) {
    boolean anywhere = address.getAddress().isAnyLocalAddress();
    String host = anywhere ? "127.0.0.1" : address.getAddress().getHostAddress();
    String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
    String query = token == null ? "" : "?token-env=" + token.variable();
    return "consul://" + bracketed + ":" + address.getPort() + query;
  }

  /** A service's target within a registry. */
  static String within(String registry, String service) {
    int query = registry.indexOf('?');
    String address = query < 0 ? registry : registry.substring(0, query);
    return address + "/" + service + (query < 0 ? "" : registry.substring(query));
  }

  /**
   * How its processes are started and treated.
   *
   * @param state what survives a restart
   * @param archives where AppCDS archives are kept
   */
  ProcessSpec spec(StateFolder state, Path archives) {
    Path folder = state.process(service.name());
    Map<String, String> environment = new HashMap<>(service.process().environment());
    service.process().secrets().forEach((name, secret) -> environment.put(name, secret.value()));
    if (service.priority() > 0) {
      environment.put("SINEW_PRIORITY", Integer.toString(service.priority()));
    }
    ProcessSpec.Builder spec = ProcessSpec.builder(
            service.name(), service.process().command(), folder.resolve("logs"))
        .environment(environment)
        .portVariable(service.process().portVariable())
        .registry(registry)
        .healthCheck(service.process().healthCheck())
        .startTimeout(service.process().startTimeout())
        .drainGrace(service.drainGrace())
        .workingDirectory(service.process().directory())
        .largestLogBytes(service.process().logBytes())
        .stateDirectory(folder.resolve("state"))
        .onControllerLoss(
            service.keepOnControllerLoss() ? OnControllerLoss.KEEP : OnControllerLoss.STOP);
    if (service.process().classDataSharing()) {
      spec.archiveDirectory(archives);
    }
    return spec.build();
  }
}
