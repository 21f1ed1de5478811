package dev.kafkaevents;

/** A result with all its parts at hand. */
record PublishedEvent(String eventId, Position position) implements PublishResult {}
