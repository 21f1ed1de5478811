package dev.kafkaevents.faults;

import java.time.Duration;

/** How hard the faults are: short in every build, long with {@code mvn verify -Pfaults-long}. */
final class Scale {
  private static final boolean LONG = Boolean.getBoolean("faults.long");

  /** Of a consumer, one after the other. */
  static final int KILLS = LONG ? 50 : 4;

  /** How many kinds of consumers are killed so often. */
  static final int CRASHES = LONG ? 4 : 2;

  /** Members that come in a storm, and go again. */
  static final int JOINS = LONG ? 20 : 4;

  static final Duration STORM = Duration.ofSeconds(LONG ? 60 : 10);

  static final int EVENTS_PER_SECOND = 1_000;

  /** A broker that is not there. */
  static final Duration OUTAGE = Duration.ofSeconds(LONG ? 60 : 8);

  /** A broker that is there and does not answer. */
  static final Duration FREEZE = Duration.ofSeconds(LONG ? 8 : 3);

  /** What handlers need is down. */
  static final Duration DEPENDENCY_DOWN = Duration.ofSeconds(LONG ? 300 : 2);

  /** The dead-letter topic takes nothing, beyond the time that all else needs. */
  static final Duration LETTERS_DOWN = Duration.ofSeconds(LONG ? 60 : 0);

  /** Nobody may do anything. */
  static final Duration FORBIDDEN = Duration.ofSeconds(LONG ? 120 : 2);

  /** Dead letters to replay. */
  static final int LETTERS = LONG ? 100_000 : 10_000;

  /** Of an application that spools while the broker is down, each ended by a kill. */
  static final int SPOOLING_LIVES = LONG ? 10 : 2;

  /** Events that are spooled in such a life, on average. */
  static final int SPOOLED_EACH_LIFE = LONG ? 60_000 : 1_500;

  private Scale() {}
}
