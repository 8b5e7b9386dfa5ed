// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.Expect;

/**
 * How much of a service's decision log is kept: so many files of so many bytes.
 *
 * @param files 2 to 1000
 * @param fileBytes 64 KiB to 1 GiB
 */
public record LogLimits(int files, long fileBytes) {
  /** Eight files of 8 MiB. */
  public static final LogLimits DEFAULTS = new LogLimits(8, 8L << 20);

  /** Checks both. */
  public LogLimits {
    Expect.that(files >= 2 && files <= 1000, "log.files", files, "2 to 1000");
    Expect.that(
        fileBytes >= 64 << 10 && fileBytes <= 1 << 30, "log.file-size", fileBytes, "64KiB to 1GiB");
  }
}
