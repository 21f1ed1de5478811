package dev.kafkaevents.examples.replay;

/** The event. */
record OrderPlaced(String orderId, int cents) {}
