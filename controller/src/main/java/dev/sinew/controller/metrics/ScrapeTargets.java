// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import com.sun.net.httpserver.HttpExchange;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.http.Replies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where metrics are to be scraped, {@code GET /sd}, in the form of Prometheus' HTTP service discovery: one
 * group for each registered replica that says where its metrics are, and one for the controller itself.
 *
 * <p>Only replicas that serve: their checks pass, and those that the controller runs are ready. Labels:
 * {@code service} (as the fleet file calls it, else as it is registered), {@code replica}, {@code role}
 * ({@code primary} or {@code backup}), and where they are known {@code zone} and {@code version}.
 */
public final class ScrapeTargets {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Supplier<List<Scrapable>> registered;
  private final Supplier<Optional<FleetView>> fleet;
  private final boolean itself;

  /**
   * Makes them.
   *
   * @param registered whose checks pass
   * @param fleet what the controller runs; there may be none yet
   * @param itself whether the controller is to be scraped, too; one that wants a token cannot be with the
   *     settings that suit replicas, and those must not be shown its token
   */
  public ScrapeTargets(
      Supplier<List<Scrapable>> registered, Supplier<Optional<FleetView>> fleet, boolean itself) {
    this.registered = registered;
    this.fleet = fleet;
    this.itself = itself;
  }

  /** Answers with all of them; the controller is told under the name by which it was asked. */
  public void handle(HttpExchange exchange) {
    if (exchange.getRequestURI().getRawPath().equals("/sd")) {
      String host = exchange.getRequestHeaders().getFirst("Host");
      Replies.json(exchange, 200, json(itself ? host : null));
    } else {
      Replies.text(exchange, 404, "not found");
    }
  }

  /**
   * All of them as JSON.
   *
   * @param own the controller's own address, or null
   */
  byte[] json(@Nullable String own) {
    ArrayNode groups = JSON.createArrayNode();
    Map<String, Run> runs = runs();
    for (Scrapable one : registered.get()) {
      Run run = runs.get(one.id());
      if (run == null || run.ready()) {
        group(groups.addObject(), one, run == null ? one.service() : run.service());
      }
    }
    if (own != null) {
      ObjectNode group = groups.addObject();
      group.putArray("targets").add(own);
      group.putObject("labels").put("role", "controller");
    }
    return JSON.writeValueAsBytes(groups);
  }

  private static void group(ObjectNode group, Scrapable one, String service) {
    group.putArray("targets").add(one.address());
    Map<String, String> labels = new TreeMap<>(Map.of(
        "service", service, "replica", one.id(), "role", one.backup() ? "backup" : "primary"));
    if (!one.zone().isEmpty()) {
      labels.put("zone", one.zone());
    }
    if (!one.version().isEmpty()) {
      labels.put("version", one.version());
    }
    if (!one.usualPath()) {
      labels.put("__metrics_path__", one.path());
    }
    ObjectNode to = group.putObject("labels");
    labels.forEach(to::put);
  }

  /** The replicas that the controller runs, by id. */
  private Map<String, Run> runs() {
    List<ServiceView> services =
        fleet.get().map(FleetView::services).orElseGet(() -> new ArrayList<>());
    Map<String, Run> runs = new HashMap<>();
    for (ServiceView service : services) {
      for (ReplicaRow replica : service.replicas()) {
        runs.put(replica.id(), new Run(service.name(), replica.state().equals("ready")));
      }
    }
    return runs;
  }

  private record Run(String service, boolean ready) {}
}
