// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import java.util.Map;
import java.util.Set;

/**
 * What one backend should look like.
 *
 * @param wanted by the server's name
 * @param withdrawn servers that were wanted and are not any more
 * @param complete whether every replica is known, so that a server of ours that nobody wants is left over
 * @param graceNanos how long a leaving server may finish its calls before it is deleted as soon as
 *     HAProxy allows
 */
record Desire(
    String backend,
    ServerOptions options,
    Map<String, Wanted> wanted,
    Set<String> withdrawn,
    boolean complete,
    long graceNanos) {}
