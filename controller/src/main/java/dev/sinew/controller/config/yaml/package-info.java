// SPDX-License-Identifier: Apache-2.0
/**
 * YAML read strictly: bounded, with the place of each value. Start with {@link
 * dev.sinew.controller.config.yaml.Document}.
 */
@NullMarked
package dev.sinew.controller.config.yaml;

import org.jspecify.annotations.NullMarked;
