package dev.kafkaevents.testkit.assertions;

import dev.kafkaevents.Event;
import dev.kafkaevents.testkit.junit.StoredEvent;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** About one event in the log. */
public final class StoredEventAssert<T> extends EventsAssert<StoredEventAssert<T>, StoredEvent<T>> {
  /** Of the W3C: version, trace, span, flags. All zeros are no trace, and no span. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}");

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // AssertJ asks for a class, and this has one for all T
  StoredEventAssert(TestKafka kafka, StoredEvent<T> event) {
    super(kafka, event, (Class) StoredEventAssert.class);
  }

  private Event<T> event() {
    Event<T> event = actual.event();
    require(event != null, "%s should be an event", actual);
    return Objects.requireNonNull(event);
  }

  /** It has this key; null is none. The message does not quote keys. */
  public StoredEventAssert<T> hasKey(@Nullable String key) {
    return require(
        Objects.equals(key, actual.key()),
        "%s should have the key that was given, and has %s",
        actual,
        actual.key() == null ? "none" : "another");
  }

  /** It is on that partition. */
  public StoredEventAssert<T> isOnPartition(int partition) {
    return require(
        actual.position().partition() == partition,
        "%s should be on partition %d",
        actual,
        partition);
  }

  /** It has no value: the end of its key. */
  public StoredEventAssert<T> isTombstone() {
    return require(
        actual.event() == null && actual.message().value() == null,
        "%s should be a tombstone",
        actual);
  }

  /** Its payload, as a subscriber reads it, equals this one. The message does not quote either. */
  public StoredEventAssert<T> hasPayload(T payload) {
    return require(
        event().payload().equals(payload),
        "%s should have the payload that was given, and has another",
        actual);
  }

  /** Its payload is as it should be. */
  public StoredEventAssert<T> hasPayloadMatching(Predicate<? super T> predicate) {
    return require(
        predicate.test(event().payload()), "%s should have a payload that matches", actual);
  }

  /** What kind of event it is, as its topic calls it. */
  public StoredEventAssert<T> hasType(String type) {
    return require(event().type().equals(type), "%s should be of type %s", actual, type);
  }

  /** It has this id. */
  public StoredEventAssert<T> hasId(String id) {
    return require(
        event().id().equals(id), "%s should have the id %s, and has %s", actual, id, event().id());
  }

  /** It is of this source. */
  public StoredEventAssert<T> hasSource(String source) {
    return require(
        event().source().equals(source),
        "%s should have the source %s, and has %s",
        actual,
        source,
        event().source());
  }

  /** It happened then. */
  public StoredEventAssert<T> hasTime(Instant time) {
    return require(
        event().time().equals(time),
        "%s should have the time %s, and has %s",
        actual,
        time,
        event().time());
  }

  /** The last header of that name on the record, attributes included, is this text. */
  public StoredEventAssert<T> hasHeader(String name, String text) {
    String there = actual.message().headers().text(name);
    return require(
        text.equals(there),
        "%s should have the header %s as it was given, and has %s",
        actual,
        name,
        there == null ? "none" : "another of " + there.length() + " characters");
  }

  /** No header of that name is on the record. */
  public StoredEventAssert<T> hasNoHeader(String name) {
    return require(
        actual.message().headers().without(name).equals(actual.message().headers())
            || actual.message().headers().value(name) == null,
        "%s should not have a header %s",
        actual,
        name);
  }

  /** It is part of a trace: it has a {@code traceparent} as the W3C wants it. */
  public StoredEventAssert<T> hasTraceContext() {
    traceparent();
    return this;
  }

  /** It is part of this trace: 32 hexadecimal digits. */
  public StoredEventAssert<T> isInTrace(String traceId) {
    String there = traceparent().group(1);
    return require(
        there.equals(traceId), "%s should be in trace %s, and is in %s", actual, traceId, there);
  }

  /** It is part of the same trace as another event. */
  public StoredEventAssert<T> isInTraceOf(StoredEvent<?> other) {
    return isInTrace(new StoredEventAssert<>(kafka, other).traceparent().group(1));
  }

  private Matcher traceparent() {
    String text = actual.message().headers().text("traceparent");
    Matcher matcher = TRACEPARENT.matcher(text == null ? "" : text);
    require(
        matcher.matches(),
        "%s should have a trace context, and its header traceparent is %s",
        actual,
        text == null ? "not there" : "not as the W3C wants it");
    return matcher;
  }
}
