// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

/** How a call ended, as far as the replica is to be judged by it. */
public enum Outcome {
  /** The replica did its work; also when the answer is an application error. */
  SUCCESS,
  /** The replica did not answer, or answered with an error of its own. */
  FAILURE,
  /** The replica shed the call: no sign of sickness, but it is demand and must not attract traffic. */
  OVERLOADED,
  /** Says nothing of the replica: cancelled by the caller, or a stream whose length is the caller's will. */
  IGNORED
}
