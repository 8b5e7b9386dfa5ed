// SPDX-License-Identifier: Apache-2.0
/** The demo's own service. Start with {@link dev.sinew.controller.sample.SampleServer}. */
@NullMarked
package dev.sinew.controller.sample;

import org.jspecify.annotations.NullMarked;
