// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The JSON Schema (2020-12) of a fleet file: its keys, types and forms. What relates two values to each
 * other, and the ranges of quantities with units, only {@link FleetFile} knows.
 */
public final class FleetSchema {
  private static final String RESOURCE = "fleet.schema.json";

  private FleetSchema() {}

  /** The schema as JSON. */
  public static String text() {
    try (InputStream in = FleetSchema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + ": missing (expected: beside its class)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
