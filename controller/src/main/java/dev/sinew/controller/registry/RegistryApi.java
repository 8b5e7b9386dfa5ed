// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.RegistryApi.Query.Read;
import dev.sinew.controller.registry.RegistryApi.Query.View;
import dev.sinew.controller.registry.RegistryEntry.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The subset of Consul's HTTP API that the registry speaks: what each request means. */
final class RegistryApi {
  static final String LEADER = "/v1/status/leader";

  private final RegistryStore store;
  private final EntryWriter writer;
  private final InstantSource clock;
  private final String leader;

  RegistryApi(RegistryStore store, EntryWriter writer, InstantSource clock, String leader) {
    this.store = store;
    this.writer = writer;
    this.clock = clock;
    this.leader = leader;
  }

  /**
   * The query that a request means, or null if it is no query.
   *
   * @throws RefusedException if it is one that cannot be answered
   */
  @Nullable Query query(Request request) {
    Read read = read(request);
    if (read == null) {
      return null;
    }
    requireMethod(request, "GET");
    if (read.view() != View.CATALOG && read.service().isEmpty()) {
      throw RefusedException.badRequest("Missing service name");
    }
    String datacenter = request.parameter("dc");
    if (!datacenter.isEmpty() && !datacenter.equals(EntryWriter.DATACENTER)) {
      throw new RefusedException(500, "No path to datacenter");
    }
    for (String unsupported : List.of("filter", "node-meta")) {
      if (request.query().containsKey(unsupported)) {
        throw RefusedException.badRequest("?" + unsupported + " is not supported");
      }
    }
    return new Query(read, request.index(), request.waitTime());
  }

  /** Answers a query at once. */
  Answer answer(Read read) {
    if (read.view() == View.CATALOG) {
      RegistryStore.Reading<Map<String, Set<String>>> all = store.services();
      return Answer.read(all.index(), writer.services(all.value()));
    }
    RegistryStore.Reading<List<RegistryEntry>> all = store.service(read.service());
    List<RegistryEntry> chosen = all.value().stream()
        .filter(entry -> !read.passing() || entry.passing())
        .filter(entry -> read.tags().isEmpty() || entry.tags().containsAll(read.tags()))
        .toList();
    boolean health = read.view() == View.HEALTH;
    return Answer.read(all.index(), health ? writer.health(chosen) : writer.catalog(chosen));
  }

  /**
   * Carries out a request that is no query.
   *
   * @throws RefusedException if it cannot be carried out
   */
  Answer perform(Request request) {
    String id = request.after("/v1/agent/service/deregister/");
    if (id != null) {
      return deregister(request, id);
    }
    String check = request.after("/v1/agent/check/");
    if (check != null) {
      return check(request, check);
    }
    return switch (request.path()) {
      case "/v1/agent/service/register" -> register(request);
      case "/v1/agent/self" -> {
        requireMethod(request, "GET");
        yield Answer.json(writer.self());
      }
      case LEADER -> {
        requireMethod(request, "GET");
        yield Answer.json(writer.text(leader));
      }
      default -> throw new RefusedException(404, "");
    };
  }

  private static @Nullable Read read(Request request) {
    String health = request.after("/v1/health/service/");
    if (health != null) {
      return new Read(View.HEALTH, health, request.flag("passing"), tags(request));
    }
    String catalog = request.after("/v1/catalog/service/");
    if (catalog != null) {
      return new Read(View.CATALOG_SERVICE, catalog, false, tags(request));
    }
    boolean services = request.path().equals("/v1/catalog/services");
    return services ? new Read(View.CATALOG, "", false, Set.of()) : null;
  }

  private static Set<String> tags(Request request) {
    return new HashSet<>(request.query().getOrDefault("tag", List.of()));
  }

  private Answer register(Request request) {
    requireMethod(request, "PUT");
    boolean replace = request.flag("replace-existing-checks");
    store.register(DefinitionReader.service(request.body()), replace, clock.instant());
    return Answer.ok();
  }

  private Answer deregister(Request request, String id) {
    requireMethod(request, "PUT");
    if (id.isEmpty()) {
      throw new RefusedException(500, "ServiceID missing");
    }
    store.deregister(id);
    return Answer.ok();
  }

  private Answer check(Request request, String rest) {
    int slash = rest.indexOf('/');
    String verb = slash < 0 ? rest : rest.substring(0, slash);
    String id = slash < 0 ? "" : rest.substring(slash + 1);
    String note = request.parameter("note");
    return switch (verb) {
      case "pass" -> update(request, id, Status.PASSING, note);
      case "warn" -> update(request, id, Status.WARNING, note);
      case "fail" -> update(request, id, Status.CRITICAL, note);
      case "update" -> {
        requireMethod(request, "PUT");
        DefinitionReader.Update update = DefinitionReader.update(request.body());
        yield update(request, id, update.status(), update.output());
      }
      default -> throw new RefusedException(404, "");
    };
  }

  private Answer update(Request request, String id, Status status, String output) {
    requireMethod(request, "PUT");
    if (!store.update(id, status, output, clock.instant())) {
      throw new RefusedException(500, "CheckID \"" + id + "\" does not have associated TTL");
    }
    return Answer.ok();
  }

  private static void requireMethod(Request request, String method) {
    if (!request.method().equals(method)) {
      throw new RefusedException(405, "method " + request.method() + " not allowed");
    }
  }

  /**
   * A read of the registry, which may wait for a change.
   *
   * @param read what to read
   * @param index wait until the reading's index is greater; 0 does not wait
   * @param longest how long to wait at most, above 0
   */
  record Query(Read read, long index, Duration longest) {
    /** A shape of answer. */
    enum View {
      HEALTH,
      CATALOG_SERVICE,
      CATALOG
    }

    /**
     * What to read; equal ones have equal answers.
     *
     * @param service empty for the whole catalog
     * @param tags which an instance must carry, all of them
     */
    record Read(View view, String service, boolean passing, Set<String> tags) {
      Read {
        tags = Set.copyOf(tags);
      }

      /** The key of the changes that concern it. */
      String key() {
        return view == View.CATALOG ? RegistryStore.CATALOG : service;
      }
    }
  }

  /**
   * An answer to a request.
   *
   * @param index of what was read, or 0 if nothing was
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, String contentType, long index, byte[] body) {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final byte[] NOTHING = {};

    static Answer ok() {
      return new Answer(200, TEXT, 0, NOTHING);
    }

    static Answer json(byte[] body) {
      return new Answer(200, JSON, 0, body);
    }

    static Answer read(long index, byte[] body) {
      return new Answer(200, JSON, index, body);
    }

    static Answer error(int status, String message) {
      return new Answer(status, TEXT, 0, message.getBytes(StandardCharsets.UTF_8));
    }
  }
}
