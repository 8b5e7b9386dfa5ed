// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ServerFailuresTest {
  @Test
  void only_what_the_server_did_wrong_is_its_failure() {
    assertThat(Arrays.stream(Status.Code.values())
            .filter(code -> ServerFailures.contain(code.toStatus())))
        .containsExactlyInAnyOrder(
            Status.Code.UNKNOWN,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.INTERNAL,
            Status.Code.UNAVAILABLE,
            Status.Code.DATA_LOSS);
  }
}
