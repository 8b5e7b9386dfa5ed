// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;

/** Bounds the requests that are held for a retry. */
final class RequestSize {
  /** What gRPC's own retries hold per call at most, too. */
  static final int LARGEST_REPEATED_BYTES = 1024 * 1024;

  private RequestSize() {}

  /** Whether a request is small enough to be held; false, too, if it cannot be serialized. */
  static <ReqT> boolean isRepeatable(MethodDescriptor<ReqT, ?> method, ReqT request) {
    try (InputStream bytes = method.streamRequest(request)) {
      return bytes instanceof KnownLength
          ? bytes.available() <= LARGEST_REPEATED_BYTES
          : isShort(bytes);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean isShort(InputStream bytes) throws IOException {
    byte[] buffer = new byte[8192];
    int total = 0;
    int read;
    while (total <= LARGEST_REPEATED_BYTES && (read = bytes.read(buffer)) >= 0) {
      total += read;
    }
    return total <= LARGEST_REPEATED_BYTES;
  }
}
