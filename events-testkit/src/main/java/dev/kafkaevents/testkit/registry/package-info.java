/**
 * A schema registry for tests, {@link dev.kafkaevents.testkit.registry.TestRegistry}. It needs
 * {@code org.apache.avro:avro}, which is an optional dependency of this module.
 */
@NullMarked
package dev.kafkaevents.testkit.registry;

import org.jspecify.annotations.NullMarked;
