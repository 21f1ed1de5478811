package dev.kafkaevents.examples.breaker;

/** The event. */
record OrderPlaced(String orderId, int number) {}
