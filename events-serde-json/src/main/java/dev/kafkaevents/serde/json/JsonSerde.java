package dev.kafkaevents.serde.json;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.spi.Serde;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/**
 * Payloads as JSON, bound by Jackson 3. It needs no annotations: a record is an object of its
 * components, and which of the types below a sealed one to read is said by the event type on the
 * record, so that no class name is in the JSON.
 *
 * <pre>{@code
 * KafkaEvents.builder(config).serde(JsonSerde.factory()).build();
 * }</pre>
 *
 * <p>What our {@link #mapper} promises beyond Jackson's defaults:
 *
 * <ul>
 *   <li><b>Exact.</b> A {@code BigDecimal} keeps its digits and its scale (a negative scale is
 *       written out: 1E+2 as 100), and so does a decimal in an {@code Object} or a {@code
 *       JsonNode}. Types of {@code java.time} are ISO-8601 text with their own offset and zone.
 *       Enum constants go by their names.
 *   <li><b>Evolving.</b> Unknown properties are ignored. A missing one is null, or an empty {@code
 *       Optional}; if its type is primitive it is refused, since 0 would be a value that nobody
 *       wrote. So a component that is added to a record later is a reference, or has
 *       {@code @JsonProperty(isRequired = OptBoolean.FALSE)}. A class that is filled through
 *       setters or fields keeps its own defaults.
 *   <li><b>Strict.</b> Refused are anything after the value, {@code null} as the whole value, a
 *       fraction for an integer, an empty text for a number or a time, a number for a boolean or an
 *       enum, and a number for a time unless it is declared with {@code @JsonFormat(shape =
 *       NUMBER)}, when it counts seconds. Of a property that occurs twice the last counts; to
 *       refuse that makes reading a sixth slower, and is {@code
 *       mapper().rebuild().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()}.
 *   <li><b>Bounded.</b> At most 16 MiB, 100 levels, 16,384 characters in a number, 1,024 in a name,
 *       and 9,999 places on either side of the point of a {@code BigDecimal}. Class names from the
 *       wire are refused even if an annotation asks for them; {@code @JsonTypeInfo(use = Id.NAME)}
 *       is the way to vary a part of a payload.
 * </ul>
 *
 * <p>A payload that can't be read or written is a {@link SerdeException} that tells the class, what
 * kind of problem it is, the property and the place, and nothing of the payload: names of
 * properties are those of classes, and a key of a map is shown as {@code *}. For the same reason it
 * has no cause.
 */
public final class JsonSerde<T> implements Serde<T> {
  private static final String CONTENT_TYPE = "application/json";

  private final JsonMapper mapper;
  private final JsonProblems problems;
  private final long maxBytes;
  private final @Nullable JsonSchemas schemas;

  /** As many as there are classes of payloads, so they are never evicted. */
  private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

  private final Map<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();

  private JsonSerde(JsonMapper mapper, @Nullable JsonSchemas schemas) {
    this.mapper = mapper;
    this.schemas = schemas;
    this.problems = new JsonProblems(mapper);
    long configured = mapper.tokenStreamFactory().streamReadConstraints().getMaxDocumentLength();
    this.maxBytes = configured < 0 ? Long.MAX_VALUE : configured;
  }

  /**
   * Accepts every topic, so it is usually the last of the serdes; uses our {@link #mapper}. A type
   * that Jackson can't make, such as an interface that is not sealed, fails when the first event is
   * read.
   */
  public static Serde.Factory factory() {
    return factory(mapper());
  }

  /**
   * Accepts every topic, with a mapper of your own. What it is lenient about is its affair, but
   * {@code null} as the whole value is refused all the same, and what goes wrong is told without
   * the payload.
   */
  public static Serde.Factory factory(JsonMapper mapper) {
    requireNonNull(mapper, "mapper");
    return topic -> new JsonSerde<>(mapper, null);
  }

  /**
   * Accepts the topics whose payloads have a schema in {@code schemas}, and checks what is written
   * and what is read against it: a payload that does not match is not published, and not delivered.
   * Install {@link #factory()} after it for the others. Uses our {@link #mapper}.
   *
   * <p>A payload is parsed once more for it: to check takes longer than to read.
   */
  public static Serde.Factory factory(JsonSchemas schemas) {
    return factory(mapper(), schemas);
  }

  /** Both: with a mapper of your own, and checked against {@code schemas}. */
  public static Serde.Factory factory(JsonMapper mapper, JsonSchemas schemas) {
    requireNonNull(mapper, "mapper");
    requireNonNull(schemas, "schemas");
    return topic -> schemas.haveAllOf(topic) ? new JsonSerde<>(mapper, schemas) : null;
  }

  /** Our mapper, to build upon: {@code mapper().rebuild().addModule(…).build()}. */
  public static JsonMapper mapper() {
    return ExactJson.mapper();
  }

  @Override
  public String contentType() {
    return CONTENT_TYPE;
  }

  /**
   * JSON under any name, but not an event in structured mode: there the payload is only a part of
   * the JSON.
   */
  @Override
  public boolean reads(String contentType) {
    return contentType.equals(CONTENT_TYPE)
        || (contentType.startsWith("application/")
            && contentType.endsWith("+json")
            && !contentType.startsWith("application/cloudevents"));
  }

  @Override
  public byte[] encode(T payload, HeaderSink headers) {
    Class<?> type = payload.getClass();
    byte[] bytes;
    try {
      bytes = writer(type).writeValueAsBytes(payload);
    } catch (RuntimeException e) {
      throw problems.writing(type, e);
    }
    if (bytes.length > maxBytes) {
      throw problems.writing(type, tooLong(bytes.length));
    }
    if (isNull(bytes)) {
      throw problems.writing(type, "it is written as null, which is not an event");
    }
    if (schemas != null) {
      String mismatch = mismatch(schemas, type, bytes);
      if (mismatch != null) {
        throw problems.writing(type, mismatch);
      }
    }
    return bytes;
  }

  @Override
  public T decode(byte[] bytes, Class<? extends T> payloadType, Headers headers) {
    if (bytes.length > maxBytes) {
      throw problems.reading(payloadType, tooLong(bytes.length));
    }
    if (payloadType == Object.class) {
      throw problems.reading(
          payloadType,
          "it does not say what to make of it; declare the topic with a record, a sealed type or a"
              + " Map");
    }
    T payload;
    String mismatch = null;
    try {
      if (schemas != null) {
        mismatch = mismatch(schemas, payloadType, bytes);
      }
      payload = mismatch != null ? null : reader(payloadType).readValue(bytes);
    } catch (RuntimeException e) {
      throw problems.reading(payloadType, e);
    }
    if (mismatch != null) {
      throw problems.reading(payloadType, mismatch);
    }
    if (payload == null || payload instanceof NullNode) {
      throw problems.reading(payloadType, "it is null, which is not an event");
    }
    return payload;
  }

  private @Nullable String mismatch(JsonSchemas schemas, Class<?> type, byte[] bytes) {
    return schemas.mismatch(type, mapper.readTree(bytes));
  }

  /** Looked up before it is made: {@code computeIfAbsent} locks, {@code get} does not. */
  private ObjectReader reader(Class<?> type) {
    ObjectReader reader = readers.get(type);
    return reader != null ? reader : readers.computeIfAbsent(type, mapper::readerFor);
  }

  private ObjectWriter writer(Class<?> type) {
    ObjectWriter writer = writers.get(type);
    return writer != null ? writer : writers.computeIfAbsent(type, mapper::writerFor);
  }

  private String tooLong(int length) {
    return "it has %d bytes, and at most %d are read".formatted(length, maxBytes);
  }

  private static boolean isNull(byte[] bytes) {
    return bytes.length == 4 && bytes[0] == 'n';
  }
}
