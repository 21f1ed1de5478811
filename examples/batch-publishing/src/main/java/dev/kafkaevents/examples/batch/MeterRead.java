package dev.kafkaevents.examples.batch;

/** The event: what a meter showed, and what the reader of it noted. */
record MeterRead(String meter, int number, String note) {}
