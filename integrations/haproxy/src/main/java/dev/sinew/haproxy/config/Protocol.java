// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

/** What a door speaks, on both of its sides. */
public enum Protocol {
  /** gRPC: HTTP/2 with prior knowledge, or by ALPN under TLS; cleartext HTTP/2 to the replicas. */
  GRPC,
  /** HTTP/1.1 with keep-alive; under TLS also HTTP/2 from the clients. */
  HTTP
}
