// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.ConsulForm;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.controller.config.system.PrometheusConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fleet file that is right in every part.
 *
 * @param controller the program's own settings
 * @param registry {@code embedded}, or the target of a Consul agent as {@code consul://127.0.0.1:8500}
 * @param prometheus the server that signals may come from, or null
 * @param haproxy what stands in front of the services, or null
 * @param services by name, in the file's order; 1 to 1000
 */
public record FleetConfig(
    ControllerConfig controller,
    String registry,
    @Nullable PrometheusConfig prometheus,
    @Nullable HaproxyConfig haproxy,
    Map<String, ServiceConfig> services) {
  /** The registry that the controller serves itself. */
  public static final String EMBEDDED = ConsulForm.EMBEDDED;

  /** Copies the map. */
  public FleetConfig {
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
  }

  /** Whether the controller serves the registry itself. */
  public boolean embedded() {
    return registry.equals(EMBEDDED);
  }
}
