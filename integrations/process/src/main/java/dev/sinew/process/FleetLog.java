// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.lang.System.Logger.Level;

/** Says what becomes of the members of a {@link Fleet}, one line for each change. */
record FleetLog(String service) {
  private static final System.Logger LOG = System.getLogger(Fleet.class.getName());

  void say(Level level, String what, Member member, String more) {
    LOG.log(
        level,
        () -> what
            + " service=" + service
            + " id=" + member.id
            + " port=" + member.port
            + " state=" + member.state
            + more);
  }
}
