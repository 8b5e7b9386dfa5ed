// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * HAProxy 2.6 miscounts the servers of a backend when one that was added with the word {@code enabled} is
 * deleted: then the whole backend may answer 503.
 */
@Tag("haproxy")
@Timeout(60)
class EnabledTrapTest {
  @Test
  void a_backend_goes_on_serving_when_added_servers_are_deleted() throws Exception {
    try (Door door = Door.open("haproxy", false);
        TestReplica stays = TestReplica.start("stays", Duration.ZERO);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(stays.endpoint(false));
      door.awaitRotation("sinew.stays");
      for (int i = 0; i < 3; i++) {
        HaproxyRegistration goes =
            sink.register(Endpoint.of("127.0.0.1", 21_100 + i).withId("goes" + i));
        door.awaitRotation("sinew.goes" + i, "sinew.stays");
        goes.close();
      }
      assertThat(serves(door)).isTrue();
    }
  }

  @Test
  void with_the_word_this_test_would_fail() throws Exception {
    try (Door door = Door.open("haproxy", false);
        TestReplica stays = TestReplica.start("stays", Duration.ZERO);
        HaproxyEndpointSink sink = door.sink()) {
      sink.register(stays.endpoint(false));
      door.awaitRotation("sinew.stays");
      assertThat(serves(door)).isTrue();
      door.server().ask("add server be/goes 127.0.0.1:21100 enabled;enable server be/goes");
      door.server().ask("set server be/goes state maint");
      assertThat(door.server().ask("del server be/goes")).contains("Server deleted");
      assertThat(serves(door)).isFalse();
    }
  }

  private static boolean serves(Door door) throws Exception {
    try (DoorLoad load = door.load(100)) {
      load.awaitEnds(50);
      return load.stop().refused().isEmpty();
    }
  }
}
