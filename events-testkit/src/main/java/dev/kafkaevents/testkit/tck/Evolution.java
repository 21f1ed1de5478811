package dev.kafkaevents.testkit.tck;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Topic;
import org.jspecify.annotations.Nullable;

/**
 * One event between two versions of its type: written by those who have one, and read by those who
 * have the other. Immutable.
 */
public final class Evolution {
  private final String name;
  private final Topic<?> writer;
  private final Object written;
  private final Topic<?> reader;

  /** Null is refused. */
  private final @Nullable Object read;

  private Evolution(
      String name, Topic<?> writer, Object written, Topic<?> reader, @Nullable Object read) {
    this.name = requireNonNull(name, "name");
    this.writer = requireNonNull(writer, "writer");
    this.written = requireNonNull(written, "written");
    this.reader = requireNonNull(reader, "reader");
    this.read = read;
  }

  /**
   * Who reads {@code written} gets {@code read}.
   *
   * @param name what changed, as in {@code "a field was added, old reader"}
   * @param writer the topic as the writer declares it
   * @param reader the topic as the reader declares it
   */
  public static <A, B> Evolution of(
      String name, Topic<A> writer, A written, Topic<B> reader, B read) {
    return new Evolution(name, writer, written, reader, requireNonNull(read, "read"));
  }

  /** Who reads {@code written} gets an exception, and not a payload that nobody wrote. */
  public static <A> Evolution refused(String name, Topic<A> writer, A written, Topic<?> reader) {
    return new Evolution(name, writer, written, reader, null);
  }

  Topic<?> writer() {
    return writer;
  }

  Object written() {
    return written;
  }

  Topic<?> reader() {
    return reader;
  }

  @Nullable Object read() {
    return read;
  }

  /** What changed. */
  @Override
  public String toString() {
    return name;
  }
}
