package dev.kafkaevents.examples.observability;

/** The event. */
record OrderPlaced(String orderId, int cents) {}
