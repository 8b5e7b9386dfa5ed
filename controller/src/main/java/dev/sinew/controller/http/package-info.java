// SPDX-License-Identifier: Apache-2.0
/** What every HTTP door of the program has in common. Start with {@link dev.sinew.controller.http.Guard}. */
@NullMarked
package dev.sinew.controller.http;

import org.jspecify.annotations.NullMarked;
