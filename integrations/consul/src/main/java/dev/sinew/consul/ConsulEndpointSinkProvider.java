// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.EndpointSinkProvider;

/**
 * Opens {@code consul://host:port/service} and {@code consul:///service} for registration.
 *
 * <p>CONSUL_HTTP_ADDR, CONSUL_HTTP_TOKEN and CONSUL_HTTP_TOKEN_FILE are used only without a host; an
 * agent that the target names is sent no token unless {@code ?token-env=NAME} names its variable.
 */
public final class ConsulEndpointSinkProvider implements EndpointSinkProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public ConsulEndpointSinkProvider() {}

  @Override
  public String scheme() {
    return ConsulTarget.SCHEME;
  }

  @Override
  public EndpointSink open(String target) {
    return new ConsulEndpointSink(ConsulTarget.parse(target, System::getenv));
  }
}
