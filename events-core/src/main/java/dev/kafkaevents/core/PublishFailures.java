package dev.kafkaevents.core;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.UnavailableException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;

/** Says of a failure of Kafka's producer what is known about the record, and what to do. */
final class PublishFailures {
  private PublishFailures() {}

  /** A failure before there was a record: of the event itself, unless it says otherwise. */
  static PublishException rejected(String topic, String eventId, RuntimeException e) {
    return new PublishException(
        e instanceof UnavailableException ? Outcome.NOT_STORED : Outcome.REJECTED,
        "event "
            + Printable.of(eventId)
            + " was not published to topic "
            + topic
            + ": "
            + describe(e),
        e);
  }

  /** What others say in their exceptions may quote a payload; ours and Kafka's does not. */
  static String describe(Throwable e) {
    String message = e.getMessage();
    boolean safe = e instanceof EventsException || e instanceof KafkaException;
    return safe && message != null ? Printable.of(message) : e.getClass().getName();
  }

  /**
   * @param neverSent whether it is certain that the record was not handed to the network
   */
  static PublishException of(
      String topic, String what, Throwable failure, boolean neverSent, EventsConfig config) {
    String subject = what + " for topic " + topic;
    FailureClass failureClass = classOf(failure, neverSent);
    if (failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException) {
      return new PublishException(
          Outcome.REJECTED,
          failureClass,
          subject
              + " is too large: "
              + failure.getMessage()
              + " Raise kafka.producer.max.request.size and the topic's max.message.bytes, or"
              + " publish a reference to it.",
          failure);
    }
    if (isRejection(failure)) {
      return new PublishException(
          Outcome.REJECTED,
          failureClass,
          subject + " was refused: " + failure.getMessage(),
          failure);
    }
    if (failure instanceof TimeoutException && neverSent) {
      return new PublishException(
          Outcome.NOT_STORED, failureClass, subject + unsent(failure, config), failure);
    }
    Throwable reason = failure.getCause() instanceof ConfigException cause ? cause : failure;
    if (reason instanceof ConfigException) {
      return new PublishException(
          Outcome.NOT_STORED,
          FailureClass.CONFIGURATION,
          subject
              + " was not sent, since no producer could be made for "
              + config.bootstrapServers()
              + ": "
              + reason.getMessage(),
          failure);
    }
    if (failure instanceof AuthorizationException || failure instanceof AuthenticationException) {
      return new PublishException(
          Outcome.NOT_STORED,
          failureClass,
          subject
              + " was not accepted by "
              + config.bootstrapServers()
              + ": "
              + failure.getMessage(),
          failure);
    }
    if (neverSent) {
      return new PublishException(
          Outcome.NOT_STORED,
          failureClass,
          subject + " was not sent: " + failure.getMessage(),
          failure);
    }
    return new PublishException(
        Outcome.UNKNOWN,
        failureClass,
        subject + " may or may not be stored: " + failure.getMessage(),
        failure);
  }

  /**
   * What {@link KafkaFailures} says, and more if it is known that nothing was sent: then the
   * outcome is known too, and a time-out is one of waiting for the cluster or for room.
   */
  private static FailureClass classOf(Throwable failure, boolean neverSent) {
    if (isOfNoTopic(failure)) {
      return FailureClass.CONFIGURATION;
    }
    FailureClass kafkas = KafkaFailures.classOf(reasonOf(failure));
    FailureClass known = kafkas == null ? FailureClass.UNKNOWN_OUTCOME : kafkas;
    if (known == FailureClass.UNKNOWN_OUTCOME && neverSent) {
      return failure instanceof TimeoutException
          ? FailureClass.TRANSIENT
          : FailureClass.CLIENT_LOST;
    }
    return known;
  }

  private static boolean isRejection(Throwable failure) {
    return failure instanceof SerializationException
        || failure instanceof InvalidTopicException
        || failure instanceof InvalidRecordException
        || failure instanceof InvalidTimestampException
        || failure instanceof PolicyViolationException
        || failure instanceof UnsupportedForMessageFormatException;
  }

  /** A producer in its error state refuses everything, and says why in the cause. */
  static Throwable reasonOf(Throwable failure) {
    return failure.getClass() == KafkaException.class
            && failure.getCause() instanceof ApiException reason
        ? reason
        : failure;
  }

  private static boolean isOfNoTopic(Throwable failure) {
    return failure instanceof TimeoutException
        && failure.getCause() instanceof UnknownTopicOrPartitionException;
  }

  private static String unsent(Throwable timeout, EventsConfig config) {
    if (isOfNoTopic(timeout)) {
      return " was not sent: the cluster at "
          + config.bootstrapServers()
          + " has no such topic; create it, or check its name";
    }
    return " was not sent: the cluster at "
        + config.bootstrapServers()
        + " did not answer in time, or the send buffer is full ("
        + timeout.getMessage()
        + ")";
  }
}
