// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

/**
 * Where a replica announces itself: a registry or a proxy.
 *
 * <p>Calls return at once; the sink keeps the announcement alive by itself (heart-beats, repeated
 * registration after the registry lost its memory) until {@link Registration#close}.
 */
public interface EndpointSink extends AutoCloseable {
  /** Announces an endpoint of the service that this sink was opened for. */
  Registration register(Endpoint endpoint);

  /** Withdraws every registration and stops. Never throws. */
  @Override
  void close();

  /** One announced endpoint. */
  interface Registration extends AutoCloseable {
    /** Reports the replica's own health; the latest word is what heart-beats repeat. */
    void health(Health health);

    /** Withdraws the endpoint; returns when the registry has confirmed or after a short bound. */
    @Override
    void close();
  }
}
