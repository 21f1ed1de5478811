package dev.kafkaevents.examples.withoutbroker;

/** What the service publishes. */
record InvoiceSent(String orderId, int cents) {}
