/**
 * Kafka Events beside raw clients and peers, on the same work.
 *
 * <pre>
 * Benchmarks   one broker; each round, each contender of each scenario
 *   └ Runner     one Trial in a JVM of its own, which is started and heard
 *       └ Scenario   the work, its checks, and the Measurement
 *           └ ConsumingContender, PublishingContender   who does the work
 *   └ Rounds     medians, and ratios round by round, for Table, Svg and ResultsFile
 * </pre>
 */
@NullMarked
package dev.kafkaevents.benchmarks;

import org.jspecify.annotations.NullMarked;
