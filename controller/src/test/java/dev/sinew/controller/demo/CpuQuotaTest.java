// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.consul.ConsulEndpointSourceProvider;
import dev.sinew.controller.registry.RegistryServer;
import dev.sinew.load.LoadReport;
import dev.sinew.orca.OrcaSignalSource;
import dev.sinew.process.ProcessScaleTarget;
import dev.sinew.process.ProcessSpec;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.DoubleAccumulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scaling by processor time of a real child: the same work is little for a machine and much for a quota. */
@Tag("process")
final class CpuQuotaTest {
  private static final int PERIOD_MICROS = 100_000;
  private static final int QUOTA_MICROS = 20_000;

  @TempDir
  Path folder;

  private final Path cgroup = cgroup();

  @AfterEach
  void removeCgroup() throws Exception {
    DemoProcess.until(
        () -> cgroup.toFile().delete() || !Files.exists(cgroup), Duration.ofSeconds(5));
  }

  @Test
  void a_replica_at_its_quota_is_full_and_the_fleet_grows() throws Exception {
    limit();
    ScaleDecision decision =
        firstDecision("sh", "-c", "echo $$ > '" + cgroup + "/cgroup.procs'; exec \"$@\"", "sh");

    assertThat(decision.from()).isEqualTo(1);
    assertThat(decision.to()).isEqualTo(2);
    assertThat(decision.reasons()).extracting(Reason::rule).contains("cpu");
  }

  @Test
  void the_same_replica_without_a_quota_is_nearly_idle() throws Exception {
    assertThat(firstDecision().changes()).isFalse();
  }

  /** Ticks until the fleet of one grows, or for ten reports. */
  private ScaleDecision firstDecision(String... before) throws Exception {
    try (RegistryServer registry =
            RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        ProcessScaleTarget target = ProcessScaleTarget.start(spec(registry, before));
        OrcaSignalSource signals = signals(registry)) {
      Autoscaler autoscaler = new Autoscaler(
          ScalePolicy.of(PolicySettings.of(1, 3, Target.cpu(0.7))), target, List.of(signals), 1);
      autoscaler.tick(Instant.now());
      assertThat(DemoProcess.until(() -> target.replicas().ready() == 1, Duration.ofSeconds(60)))
          .isTrue();
      // A starting JVM is busy; what counts is the time after.
      DoubleAccumulator cpu = latest();
      assertThat(DemoProcess.until(
              () -> settled(signals, cpu, before.length > 0), Duration.ofSeconds(30)))
          .isTrue();
      System.out.printf(
          "cpu of the replica %s: %.2f%n",
          before.length > 0 ? "at its quota" : "without one", cpu.get());
      return autoscaler.tick(Instant.now());
    }
  }

  private static DoubleAccumulator latest() {
    return new DoubleAccumulator((before, now) -> now, Double.NaN);
  }

  private static boolean settled(OrcaSignalSource signals, DoubleAccumulator cpu, boolean limited) {
    signals.reports().values().stream().mapToDouble(LoadReport::cpu).forEach(cpu::accumulate);
    return limited ? cpu.get() > 0.8 : cpu.get() < 0.3;
  }

  private ProcessSpec spec(RegistryServer registry, String... before) {
    List<String> java = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        Burner.class.getName());
    List<String> command = new java.util.ArrayList<>(List.of(before));
    command.addAll(java);
    return ProcessSpec.builder("burner", command, folder)
        .registry("consul://127.0.0.1:" + registry.address().getPort())
        .startTimeout(Duration.ofSeconds(60))
        .build();
  }

  private static OrcaSignalSource signals(RegistryServer registry) {
    return OrcaSignalSource.start(
        new ConsulEndpointSourceProvider()
            .open("consul://127.0.0.1:" + registry.address().getPort() + "/burner"),
        endpoint -> NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .usePlaintext()
            .build());
  }

  private static Path cgroup() {
    Path v1 = Path.of("/sys/fs/cgroup/cpu");
    Path root = Files.isDirectory(v1) ? v1 : Path.of("/sys/fs/cgroup");
    return root.resolve("sinew-test-" + ProcessHandle.current().pid());
  }

  private void limit() {
    try {
      Files.createDirectory(cgroup);
      if (Files.exists(cgroup.resolve("cpu.cfs_quota_us"))) {
        Files.writeString(cgroup.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
        Files.writeString(cgroup.resolve("cpu.cfs_quota_us"), Integer.toString(QUOTA_MICROS));
      } else {
        Files.writeString(cgroup.resolve("cpu.max"), QUOTA_MICROS + " " + PERIOD_MICROS);
      }
    } catch (IOException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError("no cgroup can be made here: " + e, e);
      }
      assumeTrue(false, "no cgroup can be made here: " + e);
    }
  }
}
