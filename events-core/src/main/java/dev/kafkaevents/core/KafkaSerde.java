package dev.kafkaevents.core;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Any serializer made for Kafka's own clients as a serde: Kafka's, Confluent's, AWS Glue's, or one
 * of your own.
 *
 * <pre>{@code
 * try (KafkaSerde avro =
 *         KafkaSerde.of(
 *                 "io.confluent.kafka.serializers.KafkaAvroSerializer",
 *                 "io.confluent.kafka.serializers.KafkaAvroDeserializer",
 *                 Map.of("schema.registry.url", "https://registry.acme.com"))
 *             .withContentType("application/avro");
 *     Events events = KafkaEvents.builder(config).serde(avro).build()) {
 *   …
 * }
 * }</pre>
 *
 * <p>It accepts every topic; {@code onlyFor} keeps it to a type. Serializer and deserializer get
 * the name of the topic as the application knows it, and headers. What the serializer adds to them
 * goes on the record; what the deserializer changes does not touch the record, so that a dead
 * letter is what was received.
 *
 * <p><b>Threads.</b> As Kafka's producer does, it lets many threads use one serializer at once. A
 * deserializer is used by one thread at a time: one that is handed in holds up all others, of a
 * class there are as many as there are processors, each made when it is needed. While either works,
 * the context class loader is that of the thread which made this.
 *
 * <p><b>Errors.</b> The Kafka way tells an outage by the cause. Network errors, Kafka's retriable
 * ones and an HTTP status of 401, 403, 407, 408, 429 or above 499 are an {@link
 * dev.kafkaevents.UnavailableException}; so is a bare {@code IOException}, since a dead letter too
 * many is worse than a try too many. Anything else is a {@link dev.kafkaevents.SerdeException}.
 * Both tell the classes of what was thrown and nothing of what they say, which may be the payload.
 *
 * <p>Whoever makes it closes it, after the events that use it.
 */
public final class KafkaSerde implements Serde.Factory, AutoCloseable {
  private static final String ANY_BYTES = "application/octet-stream";

  private final SerializerPair pair;
  private final String contentType;

  private KafkaSerde(SerializerPair pair, String contentType) {
    this.pair = pair;
    this.contentType = contentType;
  }

  /** Of a pair that is configured already. It is closed with this. */
  public static KafkaSerde of(Serializer<?> serializer, Deserializer<?> deserializer) {
    requireNonNull(serializer, "serializer");
    requireNonNull(deserializer, "deserializer");
    return new KafkaSerde(
        new SerializerPair(serializer, new Deserializers(deserializer)), ANY_BYTES);
  }

  /**
   * Of classes, found through the context class loader, each made by its constructor without
   * parameters and configured for values with {@code configuration}, as it is.
   *
   * @throws EventsException if one of them can't be made or refuses its configuration
   */
  public static KafkaSerde of(
      String serializerClass, String deserializerClass, Map<String, ?> configuration) {
    SerializerClasses classes = new SerializerClasses(Map.copyOf(configuration));
    Serializer<?> serializer = classes.serializer(serializerClass);
    try {
      Deserializers deserializers =
          new Deserializers(() -> classes.deserializer(deserializerClass));
      return new KafkaSerde(new SerializerPair(serializer, deserializers), ANY_BYTES);
    } catch (RuntimeException e) {
      serializer.close();
      throw e;
    }
  }

  /**
   * The same, with another content type on what it writes; it reads that one. Unless called: {@code
   * application/octet-stream}. Records without a content type are read by the first serde of their
   * topic, whatever it is.
   */
  public KafkaSerde withContentType(String contentType) {
    requireNonNull(contentType, "contentType");
    if (!contentType.contains("/")) {
      throw new IllegalArgumentException(
          "content type is " + contentType + ", must be a media type such as " + ANY_BYTES);
    }
    return new KafkaSerde(pair, contentType);
  }

  @Override
  public Serde<?> create(Topic<?> topic) {
    return new SerdeOfPair<>(topic, pair, contentType);
  }

  /**
   * Closes the serializer and all deserializers, each once; those at work when they are done. To
   * close again does nothing.
   */
  @Override
  public void close() {
    pair.close();
  }
}
