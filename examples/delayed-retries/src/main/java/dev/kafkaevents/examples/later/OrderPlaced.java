package dev.kafkaevents.examples.later;

/** The event: the {@code number}th of a customer. */
record OrderPlaced(String customer, int number, String article) {}
