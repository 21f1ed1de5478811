package dev.kafkaevents;

/**
 * An event that is stored, on all in-sync replicas. Immutable.
 *
 * <p>An interface, so that what a publisher keeps of an event on its way can be its result.
 */
public interface PublishResult {
  /** Which event it is. */
  String eventId();

  /** Where it is. */
  Position position();

  /** For who answers a publish in the place of a publisher: an interceptor, or a fake in a test. */
  static PublishResult of(String eventId, Position position) {
    return new PublishedEvent(eventId, position);
  }
}
