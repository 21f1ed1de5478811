package dev.kafkaevents.examples.routing;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Publishes each event to the topic that carries its kind. Safe for use by many threads.
 *
 * @param <E> a sealed type: all kinds there are
 */
final class Router<E> {
  private final EventPublisher events;
  private final Map<Class<?>, Topic<? extends E>> topicByKind;

  private Router(EventPublisher events, Map<Class<?>, Topic<? extends E>> topicByKind) {
    this.events = events;
    this.topicByKind = topicByKind;
  }

  /**
   * Between {@code topics}: which kinds a topic carries is said by its type.
   *
   * @throws IllegalArgumentException if a kind of {@code type} is carried by no topic, or by
   *     several; so that nobody learns of it from the first event of that kind
   */
  static <E> Router<E> of(EventPublisher events, Class<E> type, List<Topic<? extends E>> topics) {
    Map<Class<?>, Topic<? extends E>> topicByKind = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (Class<?> kind : kindsOf(type).toList()) {
      List<Topic<? extends E>> carrying =
          topics.stream().filter(topic -> topic.payloadType().isAssignableFrom(kind)).toList();
      if (carrying.size() == 1) {
        topicByKind.put(kind, carrying.get(0));
      } else {
        List<String> names = carrying.stream().map(Topic::name).toList();
        problems.add(kind.getSimpleName() + " has " + (names.isEmpty() ? "none" : names));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "each kind of %s needs one topic: %s"
              .formatted(type.getSimpleName(), String.join(", ", problems)));
    }
    return new Router<>(events, topicByKind);
  }

  private static Stream<Class<?>> kindsOf(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Router::kindsOf)
        : Stream.of(type);
  }

  /** Publishes {@code event}, as {@link EventPublisher#publish} does. */
  CompletableFuture<PublishResult> publish(E event) {
    Topic<? extends E> topic = topicByKind.get(event.getClass());
    if (topic == null) {
      throw new IllegalArgumentException(
          event.getClass().getName() + " is open to subclasses: make it final, or sealed");
    }
    return publish(topic, event);
  }

  private <K extends E> CompletableFuture<PublishResult> publish(Topic<K> topic, E event) {
    return events.publish(topic, topic.payloadType().cast(event));
  }

  /** A line for each kind. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    topicByKind.forEach(
        (kind, topic) ->
            text.append("  %-14s to %s%n".formatted(kind.getSimpleName(), topic.name())));
    return text.toString();
  }
}
