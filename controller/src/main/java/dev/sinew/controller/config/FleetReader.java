// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.ConsulForm;
import dev.sinew.controller.config.reference.SocketAddressForm;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.controller.config.system.PrometheusConfig;
import dev.sinew.controller.config.system.SystemReader;
import dev.sinew.controller.config.yaml.Document;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a whole fleet file. */
final class FleetReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern ENDING = Pattern.compile("\\.ya?ml$");
  private static final int MOST_SERVICES = 1000;

  private final Document document;
  private final Surroundings surroundings;

  FleetReader(Document document, Surroundings surroundings) {
    this.document = document;
    this.surroundings = surroundings;
  }

  /** The settings, or null if there is an error. */
  @Nullable FleetConfig read(Path file) {
    if (!document.readable()) {
      return null;
    }
    Section root =
        document.root(List.of("controller", "registry", "prometheus", "haproxy", "services"));
    ControllerConfig controller = new ControllerReader(
            root.section("controller", ControllerReader.keys()), surroundings)
        .read(state(file));
    Value registry = root.get("registry");
    String place = registry == null ? FleetConfig.EMBEDDED : ConsulForm.registry(registry);
    SystemReader systems = new SystemReader(surroundings);
    PrometheusConfig prometheus = systems.prometheus(root);
    HaproxyConfig haproxy = systems.haproxy(root);
    Map<String, ServiceConfig> services = services(root, place, controller);
    return document.findings().errors() > 0
        ? null
        : new FleetConfig(controller, place, prometheus, haproxy, services);
  }

  private Map<String, ServiceConfig> services(
      Section root, String registry, ControllerConfig controller) {
    Map<String, ServiceReader> readers = new LinkedHashMap<>();
    Value services = root.require("services", "services by name");
    if (services == null) {
      return Map.of();
    }
    Map<String, Value> keys = services.keys();
    services.entries(1, MOST_SERVICES, "services by name").forEach((name, value) -> {
      if (!NAME.matcher(name).matches()) {
        String expected =
            "1 to 100 letters, digits, dots, dashes and underscores, a letter or digit first";
        keys.getOrDefault(name, value).error(name, expected);
      }
      readers.put(name, new ServiceReader(name, value, surroundings));
    });
    Map<String, ServiceConfig> read = new LinkedHashMap<>();
    readers.forEach((name, reader) ->
        read.put(name, reader.read(readers, root.has("prometheus"), root.has("haproxy"))));
    String agent = registry.equals(FleetConfig.EMBEDDED)
        ? "consul://" + controller.host() + ":" + controller.port()
        : registry;
    checkApart(agent, read, readers);
    checkDoors(read, readers);
    return read;
  }

  /** No two services may take each other's replicas for their own. */
  private static void checkApart(
      String agent, Map<String, ServiceConfig> services, Map<String, ServiceReader> readers) {
    Map<String, ServiceConfig> owners = new HashMap<>();
    services.values().stream()
        .sorted(Comparator.comparing(service -> !service.endpoints().isEmpty()))
        .forEach(service -> {
          String place = service.endpoints().isEmpty()
              ? agent + "/" + service.announcedAs()
              : service.endpoints();
          ServiceConfig owner = owners.putIfAbsent(place, service);
          ServiceReader reader = readers.get(service.name());
          boolean apart = owner == null || owner.announcedAs().equals(service.announcedAs());
          if (!apart && reader != null) {
            reader.endpointsPlace().error("other endpoints than services." + owner.name());
          }
        });
  }

  /** Each door at a place of its own; a backend is shared only with the backup. */
  private static void checkDoors(
      Map<String, ServiceConfig> services, Map<String, ServiceReader> readers) {
    Map<String, ServiceConfig> places = new HashMap<>();
    Map<String, ServiceConfig> backends = new HashMap<>();
    services.values().forEach(service -> {
      DoorConfig door = service.door();
      ServiceReader reader = readers.get(service.name());
      if (door == null || reader == null) {
        return;
      }
      ServiceConfig owner = backends.putIfAbsent(door.backend(), service);
      if (owner != null && !owner.announcedAs().equals(service.announcedAs())) {
        reader
            .doorPlace("backend")
            .error(
                door.backend(),
                "another backend than that of services." + owner.name()
                    + ", unless one backs the other up");
      }
      if (owner != null && owner.door() != null) {
        reader.doorAgrees(door, owner.name(), owner.door());
      }
      SocketAddressForm listen = door.listen();
      ServiceConfig there = listen == null ? null : places.putIfAbsent(listen.text(), service);
      if (there != null) {
        reader.doorPlace("listen").error("another address than that of services." + there.name());
      }
    });
  }

  private Path state(Path file) {
    Path name = file.toAbsolutePath().getFileName();
    String stem = name == null ? "" : ENDING.matcher(name.toString()).replaceFirst("");
    return surroundings.folder().resolve(".sinew").resolve(stem.isEmpty() ? "fleet" : stem);
  }
}
