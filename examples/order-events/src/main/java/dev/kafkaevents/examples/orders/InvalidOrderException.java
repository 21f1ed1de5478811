package dev.kafkaevents.examples.orders;

/** What breaks a rule of the domain. Its message has no part of the order. */
final class InvalidOrderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidOrderException(String rule) {
    super(rule);
  }
}
