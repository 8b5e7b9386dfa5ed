// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetsTest {
  @Test
  void a_target_is_shown_without_its_password() {
    assertThat(Targets.printable("consul://ann:secret@10.0.0.1:8500/orders"))
        .isEqualTo("consul://10.0.0.1:8500/orders");
    assertThat(Targets.printable("consul:///orders?tag=x&Token=abc&dc=y"))
        .isEqualTo("consul:///orders?tag=x&dc=y");
    assertThat(Targets.printable("static:///a:1")).isEqualTo("static:///a:1");
  }
}
