// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

import java.util.List;
import java.util.function.Consumer;

/** An {@link EndpointSource} of one list. */
final class FixedEndpointSource implements EndpointSource {
  private final List<Endpoint> endpoints;

  FixedEndpointSource(List<Endpoint> endpoints) {
    this.endpoints = List.copyOf(endpoints);
  }

  @Override
  public void start(Consumer<List<Endpoint>> listener) {
    listener.accept(endpoints);
  }

  @Override
  public void close() {}
}
