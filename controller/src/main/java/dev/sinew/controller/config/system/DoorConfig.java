// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.controller.config.reference.SocketAddressForm;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy's door to one service.
 *
 * @param backend the backend's name in HAProxy
 * @param listen where clients come, or null if the operator writes HAProxy's configuration
 * @param protocol what clients speak
 * @param balance how it chooses
 * @param slowStart how long a new replica's share grows; zero for none
 * @param certificate file of the door's certificate and key for TLS, or null for none
 * @param replay whether a call may be sent again after an empty response
 */
public record DoorConfig(
    String backend,
    @Nullable SocketAddressForm listen,
    Protocol protocol,
    Balance balance,
    Duration slowStart,
    @Nullable Path certificate,
    boolean replay) {

  /** What clients speak. */
  public enum Protocol {
    /** gRPC over HTTP/2. */
    GRPC,
    /** HTTP/1.1. */
    HTTP
  }

  /** How HAProxy chooses. */
  public enum Balance {
    /** In turn. */
    ROUND_ROBIN,
    /** The less busy of two chosen at random. */
    RANDOM,
    /** In turn, by weights that follow reported load. */
    WEIGHTED,
    /** The one with the fewest calls. */
    LEASTCONN
  }
}
