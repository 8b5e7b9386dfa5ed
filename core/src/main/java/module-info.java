// SPDX-License-Identifier: Apache-2.0
/** Data-plane algorithms: who is there, how loaded, whom to choose, when to try again. */
module dev.sinew.core {
  requires static transitive org.jspecify;

  exports dev.sinew;
  exports dev.sinew.balance;
  exports dev.sinew.endpoint;
  exports dev.sinew.failover;
  exports dev.sinew.load;
  exports dev.sinew.retry;
}
