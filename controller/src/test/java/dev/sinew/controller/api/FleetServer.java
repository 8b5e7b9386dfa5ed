// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A controller's server on a free port of 127.0.0.1, with a made-up fleet. */
final class FleetServer implements AutoCloseable {
  final FakeFleet fleet;
  final ControllerServer server;

  private FleetServer(FakeFleet fleet, @Nullable String token, @Nullable Path snapshot)
      throws IOException {
    this.fleet = fleet;
    this.server = ControllerServer.open(new ControllerServer.Settings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        token,
        List.of("sinew.example"),
        snapshot));
    server.show(fleet);
    server.record(FakeFleet.STARTED);
  }

  static FleetServer of(FakeFleet fleet) throws IOException {
    return new FleetServer(fleet, null, null);
  }

  static FleetServer local(FakeFleet fleet, Path snapshot) throws IOException {
    return new FleetServer(fleet, null, snapshot);
  }

  static FleetServer withToken(FakeFleet fleet, String token, @Nullable Path snapshot)
      throws IOException {
    return new FleetServer(fleet, token, snapshot);
  }

  /** Records so many seconds of a load that goes up and down. */
  void play(int seconds) {
    play(1, seconds);
  }

  /** Records the seconds from one to another of that load. */
  void play(int from, int to) {
    for (int second = from; second <= to; second++) {
      int number = 0;
      for (var service : fleet.services()) {
        number++;
        double calls = 500 + 400 * Math.sin(second / 60.0 + number);
        fleet.put(
            FakeFleet.with(service, service.state(), service.hold(), service.troubles(), calls));
      }
      record(second);
    }
  }

  /** Records what is at a second. */
  void record(int second) {
    server.record(FakeFleet.STARTED.plusSeconds(second));
  }

  int port() {
    return server.address().getPort();
  }

  String url() {
    return server.url().toString();
  }

  @Override
  public void close() {
    server.close();
  }
}
