package dev.kafkaevents.core;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the codec of a topic: the installed serde factories, asked once for each topic.
 * Thread-safe.
 */
final class Serdes {
  private final List<Serde.Factory> factories;
  private final NameMapper names;
  private final String source;
  private final Map<Topic<?>, TopicCodec<?>> codecs = new ConcurrentHashMap<>();

  Serdes(List<Serde.Factory> factories, NameMapper names, String source) {
    this.factories = List.copyOf(factories);
    this.names = names;
    this.source = source;
  }

  /**
   * The codec of {@code topic}.
   *
   * @throws SerdeException if no factory accepts it
   */
  @SuppressWarnings("unchecked") // a topic's codec is only ever put there under that topic
  <T> TopicCodec<T> codec(Topic<T> topic) {
    TopicCodec<?> codec = codecs.get(topic);
    return (TopicCodec<T>) (codec != null ? codec : codecs.computeIfAbsent(topic, this::newCodec));
  }

  private <T> TopicCodec<T> newCodec(Topic<T> topic) {
    List<Serde<T>> accepting = new ArrayList<>();
    for (Serde.Factory factory : factories) {
      Serde<?> serde = factory.create(topic);
      if (serde != null) {
        accepting.add(ofTopic(serde));
      }
    }
    if (accepting.isEmpty()) {
      throw new SerdeException(
          factories.isEmpty()
              ? "no serde is installed, so none for topic "
                  + topic
                  + "; add one with KafkaEvents.Builder.serde"
              : "no serde for topic "
                  + topic
                  + "; asked "
                  + factories.stream().map(Serdes::name).toList());
    }
    return new TopicCodec<>(topic, names.topic(topic.name()), source, List.copyOf(accepting));
  }

  @SuppressWarnings("unchecked") // a factory that accepts a topic promises a serde of its payloads
  private static <T> Serde<T> ofTopic(Serde<?> serde) {
    return (Serde<T>) serde;
  }

  /** A lambda has no better name than where it was written. */
  private static String name(Serde.Factory factory) {
    String name = factory.getClass().getName();
    int lambda = name.indexOf("$$Lambda");
    name = lambda < 0 ? name : name.substring(0, lambda);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
