// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.Expect;
import java.io.IOException;
import java.nio.file.Path;

/** Another controller writes to the same decision log. */
public final class TakenException extends IOException {
  private static final long serialVersionUID = 1;

  TakenException(Path folder, Throwable cause) {
    super(
        Expect.message("decision log", folder, "no other writer; is another controller running?"),
        cause);
  }
}
