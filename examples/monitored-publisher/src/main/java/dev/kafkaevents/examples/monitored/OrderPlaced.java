package dev.kafkaevents.examples.monitored;

/** The event. */
record OrderPlaced(String orderId, String remark) {}
