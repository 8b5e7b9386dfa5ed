// SPDX-License-Identifier: Apache-2.0
/** Load reports on the wire. Start with {@link dev.sinew.grpc.orca.OrcaReports}. */
@NullMarked
package dev.sinew.grpc.orca;

import org.jspecify.annotations.NullMarked;
