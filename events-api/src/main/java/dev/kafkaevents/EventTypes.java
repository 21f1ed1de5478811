package dev.kafkaevents;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two-way table between the payload classes of one topic and their names on the wire.
 * Immutable.
 */
final class EventTypes<T> {
  private final String topic;
  private final Class<T> payloadType;
  private final Map<Class<?>, String> names;
  private final Map<String, Class<? extends T>> classes;

  private EventTypes(
      String topic,
      Class<T> payloadType,
      Map<Class<?>, String> names,
      Map<String, Class<? extends T>> classes) {
    this.topic = topic;
    this.payloadType = payloadType;
    this.names = names;
    this.classes = classes;
  }

  static <T> EventTypes<T> of(
      String topic, Class<T> payloadType, Map<Class<?>, String> chosenNames) {
    Map<Class<?>, String> names = new LinkedHashMap<>();
    Map<String, Class<? extends T>> classes = new LinkedHashMap<>();
    for (Class<? extends T> type : concrete(payloadType)) {
      String name = chosenNames.getOrDefault(type, type.getSimpleName());
      Class<?> other = classes.putIfAbsent(name, type);
      if (other != null) {
        throw new IllegalArgumentException(
            "topic %s has two payload types called %s: %s and %s; name one of them with Topic.named"
                .formatted(topic, name, other.getName(), type.getName()));
      }
      names.put(type, name);
    }
    return new EventTypes<>(topic, payloadType, names, classes);
  }

  static boolean carriesSeveral(Class<?> payloadType) {
    return concrete(payloadType).size() > 1;
  }

  static void requireCarried(Class<?> payloadType, Class<?> candidate, String topic) {
    Set<? extends Class<?>> carried = concrete(payloadType);
    if (!carried.contains(candidate)) {
      throw new IllegalArgumentException(
          "%s is not a payload type of topic %s; it carries %s"
              .formatted(candidate.getName(), topic, carried));
    }
  }

  String nameOf(T payload) {
    for (Class<?> c = payload.getClass(); c != null; c = c.getSuperclass()) {
      String name = names.get(c);
      if (name != null) {
        return name;
      }
    }
    if (classes.size() == 1 && payloadType.isInstance(payload)) {
      return names.values().iterator().next();
    }
    throw new IllegalArgumentException(
        "%s is not a payload type of topic %s; it carries %s"
            .formatted(payload.getClass().getName(), topic, names()));
  }

  @Nullable Class<? extends T> classOf(String eventType) {
    return classes.get(eventType);
  }

  Set<String> names() {
    return Collections.unmodifiableSet(classes.keySet());
  }

  /**
   * A sealed type stands for what it permits; any other type for itself. In the order of
   * declaration.
   */
  private static <T> Set<Class<? extends T>> concrete(Class<T> type) {
    Set<Class<? extends T>> found = new LinkedHashSet<>();
    collect(type, type, found);
    return found;
  }

  private static <T> void collect(Class<T> root, Class<?> type, Set<Class<? extends T>> found) {
    boolean isAbstract =
        type.isInterface() || java.lang.reflect.Modifier.isAbstract(type.getModifiers());
    if (!type.isSealed() || type.isEnum()) {
      found.add(type.asSubclass(root));
      return;
    }
    if (!isAbstract) {
      found.add(type.asSubclass(root));
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collect(root, permitted, found);
    }
  }
}
