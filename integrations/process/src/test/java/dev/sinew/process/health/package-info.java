// SPDX-License-Identifier: Apache-2.0
/** Tests of the health checks. */
@NullMarked
package dev.sinew.process.health;

import org.jspecify.annotations.NullMarked;
