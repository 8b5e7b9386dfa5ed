// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.controller.config.reference.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus server that a fleet's signals may come from.
 *
 * @param address as {@code http://127.0.0.1:9090}, with a path if it has one
 * @param token bearer token, or null
 * @param user for basic authentication, empty for none
 * @param password of the user, or null
 * @param authority file of the certificates that its own is signed by, or null for the JDK's
 */
public record PrometheusConfig(
    String address,
    @Nullable Secret token,
    String user,
    @Nullable Secret password,
    @Nullable Path authority) {}
