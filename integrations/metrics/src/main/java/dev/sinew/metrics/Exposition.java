// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape of a registry is answered with: Prometheus' text format 0.0.4, OpenMetrics, or, for
 * whoever scrapes native histograms, protobuf. Thread-safe.
 */
public final class Exposition {
  /** Shorter answers are not worth compressing. */
  private static final int SHORT = 1024;

  private final PrometheusRegistry registry;
  private volatile int lastSize = 16 * 1024;

  /** The exposition of a registry. */
  public Exposition(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /**
   * An answer.
   *
   * @param accept the request's field of that name, or null
   * @param acceptEncoding likewise
   */
  public Answer answer(@Nullable String accept, @Nullable String acceptEncoding) {
    ExpositionFormatWriter writer = Formats.ALL.findWriter(accept);
    boolean gzip = acceptEncoding != null
        && acceptEncoding
            .toLowerCase(Locale.ROOT)
            .matches("(.*[ ,])?gzip(?! *; *q=0(\\.0*)?( |,|$)).*");
    try {
      ByteArrayOutputStream plain = new ByteArrayOutputStream(lastSize + 256);
      writer.write(plain, registry.scrape());
      lastSize = plain.size();
      return gzip && lastSize > SHORT
          ? new Answer(writer.getContentType(), true, compressed(plain))
          : new Answer(writer.getContentType(), false, plain.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  private static byte[] compressed(ByteArrayOutputStream plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.size() / 4);
    try (OutputStream out = new FastGzip(bytes)) {
      plain.writeTo(out);
    }
    return bytes.toByteArray();
  }

  /**
   * The body of an answer and what its head must say.
   *
   * @param gzip whether the body is compressed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(String contentType, boolean gzip, byte[] body) {}

  /** Made with the first scrape: a replica's start does not wait for them. */
  private static final class Formats {
    static final ExpositionFormats ALL = ExpositionFormats.init();
  }

  /** The fastest level: it takes a third of the time of the usual one, for a few percent more bytes. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 8192);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
