// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.Secret;
import dev.sinew.process.health.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A replica as a child process.
 *
 * @param command the program and its arguments
 * @param portVariable the variable that tells it its port
 * @param environment further variables in the file's order
 * @param secrets variables whose values come from the controller's environment
 * @param directory its working directory
 * @param healthCheck how it is asked whether it serves
 * @param startTimeout how long it may take to answer its health check, 100 ms to 1 h
 * @param classDataSharing whether a Java program starts from an AppCDS archive
 * @param logBytes beyond this its log is cut, 64 KiB to 1 GiB
 */
public record ProcessConfig(
    List<String> command,
    String portVariable,
    Map<String, String> environment,
    Map<String, Secret> secrets,
    Path directory,
    HealthCheck healthCheck,
    Duration startTimeout,
    boolean classDataSharing,
    long logBytes) {
  /** Copies the collections. */
  public ProcessConfig {
    command = List.copyOf(command);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }
}
