# SPDX-License-Identifier: Apache-2.0
# The primary: traffic goes here while it can bear it.
service {
  name    = "orders"
  id      = "orders-1"
  address = "127.0.0.1"
  port    = 20051
  tags    = ["primary"]

  # Consul's own default is 1; Sinew registers an ordinary replica with 100.
  weights = { passing = 100, warning = 1 }

  meta = { zone = "a", version = "1" }

  checks = [
    # Is anybody there? One missed connection makes it critical.
    { id = "orders-1-tcp", name = "tcp", tcp = "127.0.0.1:20051", interval = "10s", timeout = "2s" },

    # Does it say that it serves (grpc.health.v1)? A cold JVM may need more than a second at first.
    { id = "orders-1-grpc", name = "grpc", grpc = "127.0.0.1:20051", interval = "10s", timeout = "2s",
      failures_before_critical = 2, deregister_critical_service_after = "10m" }
  ]
}
