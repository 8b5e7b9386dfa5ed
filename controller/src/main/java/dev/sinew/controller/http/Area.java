// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import java.util.Set;

/** A part of what is served, with rules of its own. */
public enum Area {
  /** For everybody who reaches it: is the program alive, what is its API, a page's own files. */
  OPEN,
  /** Pages for people; who shows no token is asked for it. */
  PAGE,
  /** What a page listens to. */
  STREAM,
  /** What a monitoring system reads. */
  SCRAPE,
  /** The program's own API. */
  API,
  /** Takes the token from a page. */
  LOGIN,
  /** Consul's API, whose methods and errors are Consul's. */
  REGISTRY,
  /** The part of it that Consul answers without a token. */
  REGISTRY_STATUS;

  /** Whether a token, if the program has one, must be shown. */
  boolean needsToken() {
    return this != OPEN && this != LOGIN && this != REGISTRY_STATUS;
  }

  /** The methods allowed; empty where the handler knows. */
  Set<String> methods() {
    return switch (this) {
      case OPEN, PAGE, STREAM, SCRAPE -> Set.of("GET");
      case API -> Set.of("GET", "POST");
      case LOGIN -> Set.of("POST");
      case REGISTRY, REGISTRY_STATUS -> Set.of();
    };
  }

  boolean registry() {
    return this == REGISTRY || this == REGISTRY_STATUS;
  }
}
