/**
 * Kafka Events on kafka-clients. {@link dev.kafkaevents.core.KafkaEvents} is all an application
 * needs to see; the other public types are the seams that a testkit puts its own parts into.
 *
 * <p>How a record travels, and who owns what:
 *
 * <pre>
 * publish   Publisher ─ PublishChain ─ TopicCodec.encode ─ Producer
 *
 * deliver   SubscriptionLoop (the poll thread: owns the consumer, the AssignedPartitions, commits)
 *             │ takes a Segment: one poll's records of one partition
 *             ▼
 *           Lanes ─ Lane (what must be in order) ─ Workers (slots; threads) ─ DeliveryChain ─ handler
 *             │
 *             ▼ each settled record is let go of, in its Segment
 *           SubscriptionLoop: commits the offset before which everything is settled
 * </pre>
 */
@NullMarked
package dev.kafkaevents.core;

import org.jspecify.annotations.NullMarked;
