package dev.kafkaevents.serde.avro;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.Serde;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * Payloads as Avro, byte for byte as Confluent's serializers write them, with schemas from a
 * registry. The event class says how: a generated class has its own schema, a generic record
 * carries one, and of a plain class or a Java record the fields are the schema, in the order of
 * their names.
 *
 * <pre>{@code
 * SchemaRegistry registry = SchemaRegistry.builder("https://registry.acme.com").build();
 * KafkaEvents.builder(config).serde(AvroSerde.factory(registry)).build();
 * }</pre>
 *
 * <ul>
 *   <li><b>Evolving.</b> What was written with any version is read into the schema of the event
 *       class, as Avro resolves the two. Generic records come as they were written.
 *   <li><b>Closed.</b> Only classes of the event class's own schema are ever made; it needs none of
 *       the system properties by which Avro allows classes for the whole JVM.
 *   <li><b>Strict.</b> Bytes after the event, sizes that are claimed and not there, and a schema
 *       with rules (encryption, migration), which are not run here, are refused.
 *   <li><b>Blocking, once for a schema.</b> The first event with a schema waits for the registry;
 *       what is known is kept for good, so an outage holds up only what was never seen.
 * </ul>
 *
 * <p>A payload that can't be read or written is a {@link SerdeException} that tells nothing of the
 * payload; a registry that does not answer is an {@link UnavailableException}, which is worth
 * another try.
 */
public final class AvroSerde<T> implements Serde<T> {
  private static final String CONTENT_TYPE = "application/avro";

  /** The other name in use. */
  private static final String ALSO_READ = "avro/binary";

  /** Of generic records each may bring another schema. */
  private static final int MOST_WRITINGS = 1_000;

  private final String topic;
  private final Schemas schemas;
  private final AvroOptions options;
  private final Coders coders = new Coders();

  /** By class; of generic records by schema, which is equal by what it says. */
  private final Map<Object, Writing> writings = new ConcurrentHashMap<>();

  private final Map<Class<?>, Readings> readings = new ConcurrentHashMap<>();

  private AvroSerde(String topic, Schemas schemas, AvroOptions options) {
    this.topic = topic;
    this.schemas = schemas;
    this.options = options;
  }

  /** Accepts every topic, and registers the schemas of what is published. */
  public static Serde.Factory factory(Schemas schemas) {
    return factory(schemas, AvroOptions.register());
  }

  /** Accepts every topic, and writes as {@code options} say. */
  public static Serde.Factory factory(Schemas schemas, AvroOptions options) {
    requireNonNull(schemas, "schemas");
    requireNonNull(options, "options");
    return topic -> new AvroSerde<>(topic.name(), schemas, options);
  }

  @Override
  public String contentType() {
    return CONTENT_TYPE;
  }

  @Override
  public boolean reads(String contentType) {
    return contentType.equals(CONTENT_TYPE) || contentType.equals(ALSO_READ);
  }

  @Override
  public byte[] encode(T payload, HeaderSink headers) {
    Writing writing = writing(payload);
    byte[] bytes = writing.write(payload, coders);
    if (bytes.length > options.maxBytes()) {
      throw AvroProblems.writing(payload.getClass(), writing.with(), tooLong(bytes.length));
    }
    byte[] header = writing.header();
    if (header != null) {
      headers.add(WireFormat.HEADER, header.clone());
    }
    return bytes;
  }

  private Writing writing(T payload) {
    Object key =
        GenericBinding.isGeneric(payload)
            ? GenericBinding.INSTANCE.schemaOf(payload)
            : payload.getClass();
    Writing known = writings.get(key);
    if (known != null && !known.isOutdated(schemas)) {
      return known;
    }
    Binding binding = Binding.of(payload.getClass());
    Schema own = binding.schemaOf(payload);
    Writing made = Writing.of(topic, own, binding, schemas, options, coders);
    if (writings.size() >= MOST_WRITINGS) {
      writings.clear();
    }
    writings.put(key, made);
    return made;
  }

  @Override
  public T decode(byte[] bytes, Class<? extends T> payloadType, Headers headers) {
    if (bytes.length > options.maxBytes()) {
      throw new SerdeException(
          "can't read %s from Avro: %s".formatted(payloadType.getName(), tooLong(bytes.length)));
    }
    byte[] header = headers.value(WireFormat.HEADER);
    byte[] naming = WireFormat.naming(bytes, header);
    Reading reading = readings(payloadType).of(naming, schemas);
    int offset = WireFormat.payloadOffset(bytes, header != null);
    return payloadType.cast(reading.read(bytes, offset));
  }

  private Readings readings(Class<?> type) {
    Readings known = readings.get(type);
    return known != null ? known : readings.computeIfAbsent(type, Readings::new);
  }

  private String tooLong(int length) {
    return "it has %d bytes, and at most %d are allowed".formatted(length, options.maxBytes());
  }
}
