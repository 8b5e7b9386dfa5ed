// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.reference;

/**
 * A value that the file only names: it comes from an environment variable and is never shown.
 *
 * @param variable the variable's name
 * @param value what it held when the file was read
 */
public record Secret(String variable, String value) {
  @Override
  public String toString() {
    return "${" + variable + "}";
  }
}
