package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A topic and what is on it: its name, the type of its events and where their key comes from.
 * Declared once, as a constant, where publishers and subscribers both see it; {@link Events} keep
 * what they know of each object, so one that is made for each event would fill their memory.
 *
 * <pre>{@code
 * static final Topic<OrderPlaced> ORDERS =
 *     Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);
 * }</pre>
 *
 * <p>A topic that carries several kinds of event is a sealed type: each of its concrete subclasses
 * is an event type, known on the wire by its simple name or the one given with {@link #named}. A
 * class name is never on the wire.
 *
 * <p>Immutable and safe for use by many threads, if the key function is.
 */
public final class Topic<T> {
  /** Kafka's own rule for topic names ({@code org.apache.kafka.common.internals.Topic}). */
  private static final Pattern LEGAL_NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private final String name;
  private final Class<T> payloadType;
  private final @Nullable Function<? super T, @Nullable String> keyFunction;
  private final Map<Class<?>, String> chosenNames;
  private final Envelope envelope;
  private final boolean requiresEnvelope;

  /**
   * Resolved at first use, so that {@link #named} can settle a clash; racing threads resolve the
   * same.
   */
  private volatile @Nullable EventTypes<T> eventTypes;

  private Topic(
      String name,
      Class<T> payloadType,
      @Nullable Function<? super T, @Nullable String> keyFunction,
      Map<Class<?>, String> chosenNames,
      Envelope envelope,
      boolean requiresEnvelope) {
    this.name = name;
    this.payloadType = payloadType;
    this.keyFunction = keyFunction;
    this.chosenNames = chosenNames;
    this.envelope = envelope;
    this.requiresEnvelope = requiresEnvelope;
    if (envelope == Envelope.NONE && requiresEnvelope) {
      throw new IllegalArgumentException(
          "topic " + name + " is written without an envelope, so it can't require one");
    }
    if (envelope == Envelope.NONE && EventTypes.carriesSeveral(payloadType)) {
      throw new IllegalArgumentException(
          "topic %s is written without an envelope, and nothing would tell its event types apart: %s is sealed"
              .formatted(name, payloadType.getName()));
    }
  }

  /**
   * A topic without a key: its events are spread over the partitions and have no order among them.
   *
   * @throws IllegalArgumentException if Kafka would not allow the name
   */
  public static <T> Topic<T> of(String name, Class<T> payloadType) {
    return new Topic<>(
        legal(name),
        requireNonNull(payloadType, "payloadType"),
        null,
        Map.of(),
        Envelope.BINARY,
        false);
  }

  private static String legal(String name) {
    if (!LEGAL_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "topic name \""
              + name
              + "\" is not legal: 1 to 249 of a-z A-Z 0-9 . _ - and neither . nor ..");
    }
    return name;
  }

  /**
   * The same events on another topic, such as one they are retried from, or replayed to.
   *
   * @throws IllegalArgumentException if Kafka would not allow the name
   */
  public Topic<T> withName(String name) {
    return new Topic<>(
        legal(name), payloadType, keyFunction, chosenNames, envelope, requiresEnvelope);
  }

  /**
   * Takes the key of each event from its payload. Events with the same key are on one partition,
   * and are delivered in the order they were published in. A key function that returns null makes
   * the publish fail.
   */
  public Topic<T> keyedBy(Function<? super T, @Nullable String> keyFunction) {
    return new Topic<>(
        name,
        payloadType,
        requireNonNull(keyFunction, "keyFunction"),
        chosenNames,
        envelope,
        requiresEnvelope);
  }

  /**
   * Calls events of {@code payloadType} by {@code eventType} on the wire, in place of the simple
   * name of the class.
   *
   * @throws IllegalArgumentException if the name is blank, or the type is not one this topic
   *     carries
   */
  public Topic<T> named(Class<? extends T> payloadType, String eventType) {
    if (eventType.isBlank()) {
      throw new IllegalArgumentException(
          "the event type of " + payloadType.getName() + " on topic " + name + " is blank");
    }
    EventTypes.requireCarried(this.payloadType, payloadType, name);
    Map<Class<?>, String> names = new LinkedHashMap<>(chosenNames);
    names.put(payloadType, eventType);
    return new Topic<>(
        name, this.payloadType, keyFunction, Map.copyOf(names), envelope, requiresEnvelope);
  }

  /**
   * Writes the attributes of its events where {@code envelope} says, in place of {@link
   * Envelope#BINARY}. Subscribers read all of them and need not know.
   *
   * @throws IllegalArgumentException if the topic has several event types, or requires an envelope,
   *     and is to have none
   */
  public Topic<T> withEnvelope(Envelope envelope) {
    return new Topic<>(
        name,
        payloadType,
        keyFunction,
        chosenNames,
        requireNonNull(envelope, "envelope"),
        requiresEnvelope);
  }

  /**
   * Refuses records that are not CloudEvents: those without an id, source, type or version. Without
   * this, what a record lacks is taken from elsewhere: the id is its position, the source the name
   * of the topic, the time its timestamp, and the type the one this topic has.
   *
   * @throws IllegalArgumentException if the topic is written without an envelope
   */
  public Topic<T> requiringEnvelope() {
    return new Topic<>(name, payloadType, keyFunction, chosenNames, envelope, true);
  }

  /** The name of the topic, as an application declares it. */
  public String name() {
    return name;
  }

  /**
   * The type of all payloads on this topic: a concrete type, or a sealed one with the concrete
   * types below it.
   */
  public Class<T> payloadType() {
    return payloadType;
  }

  /** Whether every event of this topic must have a key. */
  public boolean isKeyed() {
    return keyFunction != null;
  }

  /** How its events are written. */
  public Envelope envelope() {
    return envelope;
  }

  /** Whether records that are not CloudEvents are refused. */
  public boolean requiresEnvelope() {
    return requiresEnvelope;
  }

  /** The key of {@code payload}; null if this topic is not keyed, or its key function says so. */
  public @Nullable String keyOf(T payload) {
    return keyFunction == null ? null : keyFunction.apply(payload);
  }

  /**
   * What {@code payload} is called on the wire.
   *
   * @throws IllegalArgumentException if two payload types of this topic have the same name, or the
   *     payload is of none
   */
  public String eventTypeOf(T payload) {
    return types().nameOf(payload);
  }

  /**
   * The class of the payloads called {@code eventType}, or null if this topic carries none of that
   * name.
   *
   * @throws IllegalArgumentException if two payload types of this topic have the same name
   */
  public @Nullable Class<? extends T> payloadTypeOf(String eventType) {
    return types().classOf(eventType);
  }

  /**
   * The names of all event types this topic carries.
   *
   * @throws IllegalArgumentException if two payload types of this topic have the same name
   */
  public Set<String> eventTypes() {
    return types().names();
  }

  private EventTypes<T> types() {
    EventTypes<T> types = eventTypes;
    if (types == null) {
      types = EventTypes.of(name, payloadType, chosenNames);
      eventTypes = types;
    }
    return types;
  }

  @Override
  public String toString() {
    return name + " of " + payloadType.getName();
  }
}
