package dev.kafkaevents;

/** An event that is stored, on all in-sync replicas. */
public record PublishResult(String eventId, Position position) {}
