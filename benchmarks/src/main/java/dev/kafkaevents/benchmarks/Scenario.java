package dev.kafkaevents.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * A piece of work and those who do it. Made anew, the same, in the process that measures and in
 * each trial.
 */
interface Scenario {
  String name();

  /** Whether it is so long that it has to be asked for. */
  default boolean isOnlyByName() {
    return false;
  }

  /** What exactly is done. */
  String title();

  /** Whom to measure, in the order of the table; the others are compared with the first. */
  List<String> contenders();

  /** What to tell, the most important first. */
  List<Metric> metrics();

  /** After which a trial has failed. */
  Duration timeout();

  /** The topic of a trial. */
  String topic(Topics topics, String contender);

  /** Whether the topic is for one trial only. */
  boolean isTopicSpent();

  /** One trial, in a JVM of its own. */
  Measurement run(Cluster cluster, String contender, String topic) throws Exception;
}
