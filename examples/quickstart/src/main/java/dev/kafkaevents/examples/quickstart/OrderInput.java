package dev.kafkaevents.examples.quickstart;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads order events as they are asked for, each a line of JSON with its {@code type} beside its
 * own properties. A line that is no event is reported by its number, never by its content, and left
 * out; a blank one without a word.
 *
 * <p>Used by one thread.
 */
final class OrderInput implements Iterable<OrderEvent>, Closeable {
  private final Topic<OrderEvent> topic;
  private final Lines lines;
  private final Consumer<String> problems;
  private final JsonMapper mapper = JsonSerde.mapper();

  private long events;
  private long malformed;

  OrderInput(Topic<OrderEvent> topic, InputStream in, Consumer<String> problems) {
    this.topic = topic;
    this.lines = new Lines(in);
    this.problems = problems;
  }

  /** How many events it had so far. */
  long events() {
    return events;
  }

  /** How many lines were no event so far. */
  long malformed() {
    return malformed;
  }

  /**
   * The events that are left. Going on to the next throws an {@link UncheckedIOException} if it
   * can't be read.
   */
  @Override
  public Iterator<OrderEvent> iterator() {
    return new Iterator<>() {
      private @Nullable OrderEvent next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = read();
        }
        return next != null;
      }

      @Override
      public OrderEvent next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        OrderEvent event = requireNonNull(next);
        next = null;
        return event;
      }
    };
  }

  private @Nullable OrderEvent read() {
    try {
      for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
        OrderEvent event = line.isBlank() ? null : parse(line);
        if (event != null) {
          events++;
          return event;
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("could not read on: " + e.getMessage(), e);
    }
  }

  private @Nullable OrderEvent parse(Lines.Line line) {
    try {
      return event(json(line));
    } catch (MalformedException e) {
      malformed++;
      problems.accept("line %d %s".formatted(line.number(), e.getMessage()));
      return null;
    }
  }

  private JsonNode json(Lines.Line line) throws MalformedException {
    if (line.isCut()) {
      throw new MalformedException("has more than %d bytes".formatted(Lines.MAX_BYTES));
    }
    JsonNode json;
    try {
      json = mapper.readTree(line.bytes());
    } catch (StreamReadException e) {
      throw new MalformedException(
          "is not JSON from column " + e.getLocation().getColumnNr() + " on");
    } catch (JacksonException e) {
      throw new MalformedException("is not JSON");
    }
    if (!json.isObject()) {
      throw new MalformedException("is not a JSON object");
    }
    return json;
  }

  private OrderEvent event(JsonNode json) throws MalformedException {
    String name = json.path("type").asString("");
    Class<? extends OrderEvent> type = topic.payloadTypeOf(name);
    if (type == null) {
      throw new MalformedException(
          "has %s; it must be one of %s"
              .formatted(
                  json.has("type") ? "an unknown \"type\"" : "no \"type\"",
                  String.join(", ", topic.eventTypes())));
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (!json.hasNonNull(component.getName())) {
        throw new MalformedException(
            "is an %s without \"%s\"".formatted(name, component.getName()));
      }
    }
    try {
      return mapper.treeToValue(json, type);
    } catch (JacksonException e) {
      throw new MalformedException("is no %s: %s".formatted(name, misfit(e)));
    }
  }

  /** Not in Jackson's own words, which quote the content. */
  private static String misfit(JacksonException e) {
    List<JacksonException.Reference> path = e.getPath();
    String property = path.isEmpty() ? null : path.get(path.size() - 1).getPropertyName();
    return property == null
        ? "its properties don't fit"
        : "\"" + property + "\" is of a wrong kind";
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /** What is wrong with a line, as the rest of a sentence about it. */
  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }
}
