package dev.kafkaevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * The headers of a message: names and bytes, in order; a name may occur more than once. The value
 * of a header may be absent, which Kafka tells apart from an empty one.
 *
 * <p>Immutable: {@code with}, {@code add} and {@code without} return changed copies. The bytes are
 * not copied; treat them as read-only.
 */
public interface Headers extends Iterable<Headers.Header> {
  /** One header. The bytes are not copied. */
  record Header(String name, byte @Nullable [] value) {
    /** The value as UTF-8 text; null if absent. */
    public @Nullable String text() {
      return value == null ? null : new String(value, UTF_8);
    }

    /** The name and the size in bytes; never the value. */
    @Override
    public String toString() {
      return name + (value == null ? " (absent)" : " (" + value.length + " bytes)");
    }
  }

  /** No headers. */
  static Headers empty() {
    return HeaderList.EMPTY;
  }

  /** One header with UTF-8 text. */
  static Headers of(String name, String value) {
    return empty().with(name, value);
  }

  /** All of {@code headers}, in their order. */
  static Headers of(Iterable<Header> headers) {
    return HeaderList.of(headers);
  }

  /**
   * The value of the last header called {@code name}; null if there is none, or it has no value.
   */
  byte @Nullable [] value(String name);

  /**
   * The value of the last header called {@code name} as UTF-8 text; null if there is none, or it
   * has no value.
   */
  default @Nullable String text(String name) {
    byte[] value = value(name);
    return value == null ? null : new String(value, UTF_8);
  }

  /** Whether there are no headers. */
  default boolean isEmpty() {
    return !iterator().hasNext();
  }

  /** These headers with one called {@code name} at the end, in place of all that had that name. */
  default Headers with(String name, String value) {
    return without(name).add(name, value.getBytes(UTF_8));
  }

  /** These headers and one more at the end. */
  default Headers add(String name, byte @Nullable [] value) {
    return HeaderList.of(this).plus(new Header(name, value));
  }

  /** These headers but those called {@code name}. */
  default Headers without(String name) {
    return HeaderList.of(this).minus(name);
  }
}
