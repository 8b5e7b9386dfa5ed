// SPDX-License-Identifier: Apache-2.0
/**
 * The controller's HTTP server: registry, API and pages. Start with {@link
 * dev.sinew.controller.api.ControllerServer}.
 */
@NullMarked
package dev.sinew.controller.api;

import org.jspecify.annotations.NullMarked;
