package dev.kafkaevents.examples.withoutbroker;

/** What the service reads. */
record OrderPlaced(String orderId, String customer, int cents) {}
