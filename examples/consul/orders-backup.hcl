# SPDX-License-Identifier: Apache-2.0
# Its backup: spare capacity, used when the primaries are gone or full.
service {
  name    = "orders"
  id      = "orders-2"
  address = "127.0.0.1"
  port    = 20052
  tags    = ["backup"]
  weights = { passing = 100, warning = 1 }
  meta = { zone = "b", version = "1" }

  checks = [
    { id = "orders-2-tcp", name = "tcp", tcp = "127.0.0.1:20052", interval = "10s", timeout = "2s" },
    { id = "orders-2-grpc", name = "grpc", grpc = "127.0.0.1:20052", interval = "10s", timeout = "2s",
      failures_before_critical = 2, deregister_critical_service_after = "10m" }
  ]
}
