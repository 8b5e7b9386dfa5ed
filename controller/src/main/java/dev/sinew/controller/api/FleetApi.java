// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import com.sun.net.httpserver.HttpExchange;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.http.Area;
import dev.sinew.controller.http.Guard;
import dev.sinew.controller.http.Replies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is below {@code /api/v1/}: reads of the fleet, and its two switches. */
final class FleetApi {
  static final String PATH = "/api/v1/";

  private static final System.Logger LOG = System.getLogger(FleetApi.class.getName());
  private static final Pattern SERVICE =
      Pattern.compile("services/([A-Za-z0-9._-]{1,100})(?:/(decisions|pause|resume))?");
  private static final Pattern LAST = Pattern.compile("last=([0-9]{1,4})");
  private static final int MOST_DECISIONS = 1000;
  private static final int USUAL_DECISIONS = 20;

  private final Supplier<Optional<FleetView>> fleet;
  private final InstantSource clock;

  FleetApi(Supplier<Optional<FleetView>> fleet, InstantSource clock) {
    this.fleet = fleet;
    this.clock = clock;
  }

  void handle(HttpExchange exchange) throws IOException {
    Optional<FleetView> shown = fleet.get();
    if (shown.isEmpty()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      refuse(exchange, 503, "controller: starting (expected: its fleet, soon)");
      return;
    }
    String path = exchange.getRequestURI().getRawPath().substring(PATH.length());
    Matcher service = SERVICE.matcher(path);
    boolean post = exchange.getRequestMethod().equals("POST");
    String verb = service.matches() ? service.group(2) : path;
    boolean change = "pause".equals(verb) || "resume".equals(verb);
    boolean read = service.matches() || path.equals("services") || path.equals("controller");
    if (!read && !change) {
      refuse(exchange, 404, "address: unknown (expected: one of /openapi.json)");
    } else if (post != change) {
      String expected = change ? "POST" : "GET";
      exchange.getResponseHeaders().set("Allow", expected);
      refuse(exchange, 405, "method: " + (post ? "POST" : "GET") + " (expected: " + expected + ")");
    } else if (change) {
      change(exchange, shown.get(), service.matches() ? service.group(1) : null, verb);
    } else if (!"decisions".equals(verb) && exchange.getRequestURI().getRawQuery() != null) {
      refuse(exchange, 400, "query: unknown (expected: none)");
    } else if (service.matches()) {
      one(exchange, shown.get(), service.group(1), "decisions".equals(verb));
    } else if (path.equals("services")) {
      Replies.json(exchange, 200, ApiJson.services(shown.get().services()));
    } else {
      Replies.json(exchange, 200, ApiJson.controller(shown.get().controller()));
    }
  }

  private static void one(HttpExchange exchange, FleetView fleet, String name, boolean decisions) {
    if (decisions) {
      decisions(exchange, fleet, name);
      return;
    }
    Optional<ServiceView> found =
        fleet.services().stream().filter(view -> view.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      noSuchService(exchange, name);
    } else {
      Replies.json(exchange, 200, ApiJson.service(found.get()));
    }
  }

  private static void decisions(HttpExchange exchange, FleetView fleet, String name) {
    String query = exchange.getRequestURI().getRawQuery();
    Matcher matcher = LAST.matcher(query == null ? "last=" + USUAL_DECISIONS : query);
    int last = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    if (last < 1 || last > MOST_DECISIONS) {
      refuse(exchange, 400, "query: not understood (expected: last=1 to last=1000)");
      return;
    }
    List<DecisionView> decisions = fleet.decisions(name, last);
    if (decisions == null) {
      noSuchService(exchange, name);
    } else {
      Replies.json(exchange, 200, ApiJson.decisions(name, decisions));
    }
  }

  private void change(
      HttpExchange exchange, FleetView fleet, @Nullable String service, @Nullable String verb)
      throws IOException {
    byte[] body = Guard.body(exchange, Area.API);
    if (body == null) {
      return;
    }
    boolean pause = "pause".equals(verb);
    try {
      Ask ask = Ask.read(body);
      boolean done = pause
          ? fleet.pause(service, new Hold(ask.by(), ask.why(), clock.instant()))
          : fleet.resume(service, ask.by(), ask.why());
      if (done) {
        LOG.log(
            System.Logger.Level.INFO,
            "api change={0} service={1} by=\"{2}\" why=\"{3}\"",
            verb,
            service == null ? "(all)" : service,
            ask.by().replace('"', '\''),
            ask.why().replace('"', '\''));
        Replies.json(exchange, 200, ApiJson.done(service, pause));
      } else {
        noSuchService(exchange, String.valueOf(service));
      }
    } catch (IllegalArgumentException e) {
      refuse(exchange, 400, String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      LOG.log(System.Logger.Level.WARNING, "api change=refused", e);
      refuse(exchange, 503, "state: cannot be kept on disk (expected: room in the state folder)");
    }
  }

  private static void noSuchService(HttpExchange exchange, String name) {
    refuse(exchange, 404, "service: " + name + " (expected: one of the fleet file)");
  }

  private static void refuse(HttpExchange exchange, int status, String why) {
    Guard.refuse(exchange, Area.API, status, why);
  }
}
