// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.metrics.SinewMetrics;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A replica that says where its metrics are.
 *
 * @param service as it registered
 * @param id unique in the service
 * @param host without a port
 * @param port of its metrics
 * @param path of its metrics
 * @param zone or empty
 * @param version or empty
 * @param backup whether it is of a later tier than the first
 */
public record Scrapable(
    String service,
    String id,
    String host,
    int port,
    String path,
    String zone,
    String version,
    boolean backup) {
  private static final String USUAL_PATH = "/metrics";
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~/-]{0,199}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%\\[\\]-]{1,253}");

  /** An endpoint as a scrapable one; null if it does not say where its metrics are, or not legibly. */
  public static @Nullable Scrapable of(String service, Endpoint endpoint) {
    return of(
        service,
        endpoint.id(),
        endpoint.host(),
        endpoint.zone(),
        endpoint.priority() > 0,
        endpoint.attributes());
  }

  /**
   * An instance as a scrapable one; null if it does not say where its metrics are, or not legibly. Registries
   * are not trusted: an illegible path must not become another part of an address.
   */
  public static @Nullable Scrapable of(
      String service,
      String id,
      String host,
      String zone,
      boolean backup,
      Map<String, String> attributes) {
    String port = attributes.getOrDefault(SinewMetrics.PORT, "");
    String path = attributes.getOrDefault(SinewMetrics.PATH, USUAL_PATH);
    int number = PORT.matcher(port).matches() ? Integer.parseInt(port) : 0;
    boolean legible = number >= 1
        && number <= 65535
        && PATH.matcher(path).matches()
        && HOST.matcher(host).matches();
    String version = attributes.getOrDefault("version", "");
    return legible ? new Scrapable(service, id, host, number, path, zone, version, backup) : null;
  }

  /** Host and port, as a scrape's address. */
  String address() {
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }

  boolean usualPath() {
    return path.equals(USUAL_PATH);
  }
}
