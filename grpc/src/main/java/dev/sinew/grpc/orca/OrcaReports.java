// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.orca;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sinew.load.LoadReport;
import io.grpc.Metadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates between {@link LoadReport} and the ORCA message that carries it.
 *
 * <p>What ORCA has no field for travels as named metrics with the prefix {@code sinew.}; other ORCA
 * clients ignore them, and a report of another ORCA server simply leaves them unknown. In ORCA a field
 * that is 0 is absent: from another server that is read as unknown; a Sinew server names its unknown
 * fields in {@code sinew.unknown}, so its zeros are zeros.
 */
public final class OrcaReports {
  /** The trailer of a per-call report (gRFC A51). */
  public static final Metadata.Key<byte[]> TRAILER =
      Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** A larger message is not read: no honest report comes near. */
  public static final int LONGEST_REPORT_BYTES = 64 * 1024;

  private static final String UNKNOWN = "sinew.unknown";
  private static final String IN_FLIGHT = "sinew.in_flight";
  private static final String QUEUE_SECONDS = "sinew.queue_seconds";
  private static final String WITHIN_OBJECTIVE = "sinew.within_objective";
  private static final String OVER_OBJECTIVE = "sinew.over_objective";
  private static final String DRAINING = "sinew.draining";
  private static final double NANOS_PER_SECOND = 1e9;

  /** Up to here a double holds every whole number. */
  private static final double HIGHEST_COUNT = 0x1.0p53;

  private OrcaReports() {}

  /** The ORCA message of a report. */
  public static OrcaLoadReport toOrca(LoadReport report) {
    double[] ratios = {
      report.utilization(),
      report.cpu(),
      report.memory(),
      report.callsPerSecond(),
      report.errorsPerSecond()
    };
    int unknown = 0;
    for (int i = 0; i < ratios.length; i++) {
      if (Double.isNaN(ratios[i])) {
        unknown |= 1 << i;
        ratios[i] = 0;
      }
    }
    OrcaLoadReport.Builder orca = OrcaLoadReport.newBuilder()
        .setApplicationUtilization(ratios[0])
        .setCpuUtilization(ratios[1])
        .setMemUtilization(ratios[2])
        .setRpsFractional(ratios[3])
        .setEps(ratios[4])
        .putNamedMetrics(UNKNOWN, unknown);
    putCount(orca, IN_FLIGHT, report.inFlight());
    if (report.queueNanos() >= 0) {
      orca.putNamedMetrics(QUEUE_SECONDS, report.queueNanos() / NANOS_PER_SECOND);
    }
    putCount(orca, WITHIN_OBJECTIVE, report.withinObjective());
    putCount(orca, OVER_OBJECTIVE, report.overObjective());
    if (report.draining()) {
      orca.putNamedMetrics(DRAINING, 1);
    }
    return orca.build();
  }

  /** The report in an ORCA message, of a Sinew server or any other. */
  public static LoadReport fromOrca(OrcaLoadReport orca) {
    double[] ratios = {
      orca.getApplicationUtilization(),
      orca.getCpuUtilization(),
      orca.getMemUtilization(),
      orca.getRpsFractional(),
      orca.getEps()
    };
    Map<String, Double> named = orca.getNamedMetricsMap();
    Double ours = named.get(UNKNOWN);
    int unknown = ours == null ? zeros(ratios) : ours.intValue();
    for (int i = 0; i < ratios.length; i++) {
      if ((unknown & 1 << i) != 0) {
        ratios[i] = Double.NaN;
      }
    }
    double queueSeconds = named.getOrDefault(QUEUE_SECONDS, -1.0);
    return new LoadReport(
        ratios[0],
        ratios[1],
        ratios[2],
        ratios[3],
        ratios[4],
        (int) Math.min(Integer.MAX_VALUE, count(named, IN_FLIGHT)),
        queueSeconds >= 0 ? (long) (queueSeconds * NANOS_PER_SECOND) : -1,
        count(named, WITHIN_OBJECTIVE),
        count(named, OVER_OBJECTIVE),
        named.getOrDefault(DRAINING, 0.0) > 0);
  }

  /** Whether a message says something that cannot be true; {@link #fromOrca} leaves it unknown. */
  public static boolean implausible(OrcaLoadReport orca) {
    LoadReport report = fromOrca(orca);
    Map<String, Double> named = orca.getNamedMetricsMap();
    return lost(orca.getApplicationUtilization(), report.utilization())
        || lost(orca.getCpuUtilization(), report.cpu())
        || lost(orca.getMemUtilization(), report.memory())
        || lost(orca.getRpsFractional(), report.callsPerSecond())
        || lost(orca.getEps(), report.errorsPerSecond())
        || (named.containsKey(IN_FLIGHT) && report.inFlight() < 0)
        || (named.containsKey(QUEUE_SECONDS) && report.queueNanos() < 0)
        || (named.containsKey(WITHIN_OBJECTIVE) && report.withinObjective() < 0)
        || (named.containsKey(OVER_OBJECTIVE) && report.overObjective() < 0);
  }

  /** Whether a value was sent and not believed; what is not known is sent as 0. */
  private static boolean lost(double sent, double believed) {
    return sent != 0 && Double.isNaN(believed);
  }

  /** Puts a report into the trailers of a call. */
  public static void attach(LoadReport report, Metadata trailers) {
    trailers.discardAll(TRAILER);
    trailers.put(TRAILER, toOrca(report).toByteArray());
  }

  /** The report in the trailers of a call, or null if there is none that can be read. */
  public static @Nullable LoadReport fromTrailers(Metadata trailers) {
    byte[] bytes = trailers.get(TRAILER);
    if (bytes == null || bytes.length > LONGEST_REPORT_BYTES) {
      return null;
    }
    try {
      return fromOrca(OrcaLoadReport.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /** The fields that are absent; errors are known to be 0 where calls are known. */
  private static int zeros(double[] ratios) {
    int zeros = 0;
    for (int i = 0; i < ratios.length; i++) {
      boolean errorsOfKnownCalls = i == 4 && ratios[3] > 0;
      if (ratios[i] == 0 && !errorsOfKnownCalls) {
        zeros |= 1 << i;
      }
    }
    return zeros;
  }

  private static void putCount(OrcaLoadReport.Builder orca, String name, long value) {
    if (value >= 0) {
      orca.putNamedMetrics(name, (double) value);
    }
  }

  private static long count(Map<String, Double> named, String name) {
    double value = named.getOrDefault(name, -1.0);
    return value >= 0 && value <= HIGHEST_COUNT ? (long) value : -1;
  }
}
