// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.EndpointSinkProvider;

/**
 * Opens {@code consul://host:port,host:port/service} and {@code consul:///service} for registration.
 *
 * <p>Options after {@code ?}, joined by {@code &}: {@code tag=NAME} (carried by the registered
 * endpoint; repeatable), {@code token-env=NAME} (the variable that holds the token), {@code tls=true},
 * {@code ca=FILE}, {@code cert=FILE} with {@code key=FILE} (PEM; each of them means TLS).
 *
 * <p>Without a host the variables of Consul's own command line say what the target leaves open:
 * CONSUL_HTTP_ADDR, CONSUL_HTTP_SSL, CONSUL_CACERT, CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY,
 * CONSUL_HTTP_TOKEN and CONSUL_HTTP_TOKEN_FILE. With a host none of them is used, so an agent that the
 * target names is sent no token unless {@code token-env} names its variable.
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
