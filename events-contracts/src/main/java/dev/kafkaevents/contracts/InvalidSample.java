package dev.kafkaevents.contracts;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that every consumer must refuse, in a way that is declared.
 *
 * @param cause the simple name of the exception's class, or of one above it; null for any
 */
record InvalidSample(String name, byte[] bytes, Ending ends, @Nullable String cause) {}
