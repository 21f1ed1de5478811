/**
 * Contracts between teams, held without a service between them. The publisher's team writes down an
 * event in a directory: topic, key, headers, schemas by version, samples. Its tests judge what the
 * application publishes by it ({@link dev.kafkaevents.contracts.ProducerContractSuite}), tests of
 * others put the samples through their handlers ({@link
 * dev.kafkaevents.contracts.ConsumerContractSuite}), and a build compares it with what it was
 * ({@link dev.kafkaevents.contracts.CheckContracts}).
 */
@NullMarked
package dev.kafkaevents.contracts;

import org.jspecify.annotations.NullMarked;
