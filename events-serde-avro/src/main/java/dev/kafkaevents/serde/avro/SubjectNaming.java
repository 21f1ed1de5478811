package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import org.apache.avro.Schema;

/**
 * Under which subject of the registry the schemas of a topic are. The subject is where versions are
 * counted and compatibility is checked.
 */
@FunctionalInterface
public interface SubjectNaming {
  /** One subject for a topic, {@code orders-value}: all its events are versions of one schema. */
  SubjectNaming TOPIC = (topic, schema) -> topic + "-value";

  /**
   * One subject for a record, {@code com.acme.OrderPlaced}, on whatever topic: for several kinds of
   * event in one topic.
   */
  SubjectNaming RECORD = SubjectNaming::recordName;

  /** One subject for a record on a topic, {@code orders-com.acme.OrderPlaced}. */
  SubjectNaming TOPIC_RECORD = (topic, schema) -> topic + "-" + recordName(topic, schema);

  /**
   * The subject for {@code schema} on {@code topic}, which is the name as the application declares
   * it. Called once for a schema; the same must come out each time.
   */
  String subject(String topic, Schema schema);

  private static String recordName(String topic, Schema schema) {
    if (schema.getType() != Schema.Type.RECORD) {
      throw new SerdeException(
          "subjects of topic %s are named by record, and a payload is no record but %s; use SubjectNaming.TOPIC"
              .formatted(topic, schema.getType().getName()));
    }
    return schema.getFullName();
  }
}
