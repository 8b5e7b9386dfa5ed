// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sinew.autoscaler.target.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a demo showed; its JSON form is the contract of {@code --json}.
 *
 * <p>All times are seconds since the fleet was started; a figure that the run has no meaning for is null.
 *
 * @param schema always {@code sinew-demo}
 * @param version of the schema
 * @param signals who told the loop the load: {@code orca}, {@code prometheus} or {@code haproxy}
 * @param stepToDecisionSeconds from the load step to the first scale-out
 * @param orcaStepToDecisionSeconds the same of ORCA's load reports, when they were only watched beside
 * @param decisionToTrafficSeconds from that decision to the first answer of a replica that it started
 * @param stepToRecoverySeconds from the load step until p99 stays under twice its value before the step
 */
record DemoResult(
    String schema,
    int version,
    Calls calls,
    Latency latencyMillis,
    ReplicaCounts replicas,
    List<Fault> faults,
    List<Decision> decisions,
    String signals,
    @Nullable Double stepToDecisionSeconds,
    @Nullable Double orcaStepToDecisionSeconds,
    @Nullable Double decisionToTrafficSeconds,
    @Nullable Double stepToRecoverySeconds,
    List<Second> series,
    Map<String, Long> errors,
    Map<String, Object> machine,
    Map<String, String> versions) {

  record Calls(long total, long ok, long failed, long deadlineMillis) {}

  record Latency(
      @Nullable Double p50, @Nullable Double p99, @Nullable Double p999) {}

  record ReplicaCounts(
      int min, int max, int peak, @JsonProperty("final") int atEnd) {}

  record Fault(String kind, double atSeconds, String replica) {}

  record Decision(double atSeconds, int from, int to, List<Reason> reasons) {}

  record Second(
      int second,
      long offered,
      long ok,
      long failed,
      @Nullable Double p50Millis,
      @Nullable Double p99Millis,
      int ready,
      int desired,
      int starting,
      int draining) {}
}
