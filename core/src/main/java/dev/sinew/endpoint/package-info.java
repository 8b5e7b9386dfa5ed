// SPDX-License-Identifier: Apache-2.0
/** Who is there. Start with {@link dev.sinew.endpoint.Endpoint}. */
@NullMarked
package dev.sinew.endpoint;

import org.jspecify.annotations.NullMarked;
