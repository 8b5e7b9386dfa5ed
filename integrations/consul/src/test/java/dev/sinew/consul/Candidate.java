// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import java.util.concurrent.TimeUnit;

/**
 * A program that acts every 20 ms while it is the leader, and prints the epoch of each action. So much
 * time passes between asking and acting, too: one that is stopped is stopped there.
 */
final class Candidate {
  private Candidate() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (ConsulLeadership leadership = ConsulLeadership.open(arguments[0], arguments[1])) {
      leadership.start();
      while (true) {
        long epoch = leadership.epoch();
        TimeUnit.MILLISECONDS.sleep(20);
        if (epoch > 0) {
          System.out.println(epoch);
        }
      }
    }
  }
}
