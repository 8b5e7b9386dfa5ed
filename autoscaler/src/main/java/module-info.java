// SPDX-License-Identifier: Apache-2.0
/** Control-plane decisions: from signals to the number of replicas. */
module dev.sinew.autoscaler {
  requires static transitive org.jspecify;
  requires transitive dev.sinew.core;

  exports dev.sinew.autoscaler;
  exports dev.sinew.autoscaler.demand;
  exports dev.sinew.autoscaler.policy;
  exports dev.sinew.autoscaler.signal;
  exports dev.sinew.autoscaler.target;
}
