// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why HAProxy could not be asked; the message is one printable line that names its socket. */
public final class HaproxyException extends IOException {
  private static final long serialVersionUID = 1;

  /** What kind of trouble it is. */
  public enum Reason {
    /** Nobody listens, or the socket's file is missing. */
    UNREACHABLE,
    /** The file's permissions, or the socket's level, forbid it. */
    FORBIDDEN,
    /** No whole answer in time, as from a frozen process. */
    TIMEOUT,
    /** Something else than HAProxy's Runtime API answers, or more than it ever does. */
    FOREIGN
  }

  private final Reason reason;

  HaproxyException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of trouble it is. */
  public Reason reason() {
    return reason;
  }
}
