package dev.kafkaevents.testkit.tck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The serde of a topic at work, as the framework uses it. */
final class Wire<T> {
  private static final int SHOWN = 200;

  private final Topic<T> topic;
  private final Serde<T> serde;

  private Wire(Topic<T> topic, Serde<T> serde) {
    this.topic = topic;
    this.serde = serde;
  }

  /** What is on the record of an event. */
  record Written(byte[] value, Headers headers, String eventType) {
    Written withValue(byte[] value) {
      return new Written(value, headers, eventType);
    }

    Written withHeaders(Headers headers) {
      return new Written(value, headers, eventType);
    }

    /** The bytes, so that a failure can be repeated: of generated payloads only. */
    @Override
    public String toString() {
      int shown = Math.min(value.length, SHOWN);
      return "%d bytes %s%s"
          .formatted(
              value.length,
              HexFormat.of().formatHex(value, 0, shown),
              shown < value.length ? "…" : "");
    }
  }

  @SuppressWarnings("unchecked") // the serde was made for that topic
  static <T> Wire<T> of(Serde.Factory factory, Topic<T> topic) {
    Serde<?> serde = factory.create(topic);
    assertThat(serde).as("the serde for topic " + topic).isNotNull();
    return new Wire<>(topic, (Serde<T>) requireNonNull(serde));
  }

  Serde<T> serde() {
    return serde;
  }

  Written write(T payload) {
    Headers[] headers = {Headers.empty()};
    byte[] value = serde.encode(payload, (name, text) -> headers[0] = headers[0].add(name, text));
    assertThat(value).as("the bytes of a payload").isNotNull();
    return new Written(value, headers[0], topic.eventTypeOf(payload));
  }

  T read(Written written) {
    return read(written, requireNonNull(topic.payloadTypeOf(written.eventType)));
  }

  /** As it is read where it is the only type there is, whatever its writer called it. */
  T readAsItsOnlyType(Written written) {
    return read(written, topic.payloadType());
  }

  private T read(Written written, Class<? extends T> type) {
    T payload = serde.decode(written.value, type, written.headers);
    assertThat((Object) payload).as("what was read from " + written).isInstanceOf(type);
    return payload;
  }

  /** What is refused is refused with a {@link SerdeException}; null if it is read. */
  @Nullable SerdeException refusal(Written written, String seed) {
    try {
      read(written);
      return null;
    } catch (SerdeException expected) {
      return expected;
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(
          "%s: %s gave %s, which would be tried again; it must be a SerdeException"
              .formatted(seed, written, e),
          e);
    }
  }

  /** All that a log would show of it. */
  static String everything(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
