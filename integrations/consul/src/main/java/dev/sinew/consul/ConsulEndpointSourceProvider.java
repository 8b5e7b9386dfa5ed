// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.endpoint.EndpointSourceProvider;

/**
 * Opens {@code consul://host:port,host:port/service} and {@code consul:///service} for discovery.
 *
 * <p>Options after {@code ?}, joined by {@code &}: {@code tag=NAME} (all of them are required of an
 * instance; repeatable), {@code dc=NAME}, {@code token-env=NAME} (the variable that holds the token),
 * {@code tls=true}, {@code ca=FILE}, {@code cert=FILE} with {@code key=FILE} (PEM; each of them means
 * TLS).
 *
 * <p>Without a host the variables of Consul's own command line say what the target leaves open:
 * CONSUL_HTTP_ADDR, CONSUL_HTTP_SSL, CONSUL_CACERT, CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY,
 * CONSUL_HTTP_TOKEN and CONSUL_HTTP_TOKEN_FILE. With a host none of them is used, so an agent that the
 * target names is sent no token unless {@code token-env} names its variable.
 */
public final class ConsulEndpointSourceProvider implements EndpointSourceProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public ConsulEndpointSourceProvider() {}

  @Override
  public String scheme() {
    return ConsulTarget.SCHEME;
  }

  @Override
  public EndpointSource open(String target) {
    return new ConsulEndpointSource(ConsulTarget.parse(target, System::getenv));
  }
}
