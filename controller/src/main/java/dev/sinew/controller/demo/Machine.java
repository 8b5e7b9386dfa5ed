// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run was measured on. */
final class Machine {
  private Machine() {}

  static Map<String, Object> describe() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("arch", System.getProperty("os.arch"));
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean os) {
      machine.put("memoryMiB", os.getTotalMemorySize() >> 20);
    }
    return machine;
  }

  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    String sinew = Machine.class.getPackage().getImplementationVersion();
    versions.put("sinew", sinew == null ? "unpackaged" : sinew);
    versions.put("java", Runtime.version().toString());
    versions.put("vm", System.getProperty("java.vm.name"));
    String grpc = io.grpc.ManagedChannel.class.getPackage().getImplementationVersion();
    versions.put("grpc", grpc == null ? "unknown" : grpc);
    return versions;
  }
}
