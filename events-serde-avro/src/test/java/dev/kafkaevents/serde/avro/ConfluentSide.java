package dev.kafkaevents.serde.avro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Confluent's serializers at work. Loaded in a class loader of its own, where Avro is theirs, so
 * that only what the JDK has may come in and go out.
 */
public final class ConfluentSide implements BiFunction<String, Object[], Object> {
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;

  @SuppressWarnings("unchecked") // both take any object
  public ConfluentSide(Map<String, Object> settings) throws ReflectiveOperationException {
    serializer = (Serializer<Object>) made("io.confluent.kafka.serializers.KafkaAvroSerializer");
    deserializer =
        (Deserializer<Object>) made("io.confluent.kafka.serializers.KafkaAvroDeserializer");
    serializer.configure(settings, false);
    deserializer.configure(settings, false);
  }

  private static Object made(String name) throws ReflectiveOperationException {
    return Class.forName(name, true, ConfluentSide.class.getClassLoader())
        .getConstructor()
        .newInstance();
  }

  @Override
  public Object apply(String what, Object[] arguments) {
    try {
      String topic = (String) arguments[0];
      return switch (what) {
        case "write" -> serializer.serialize(topic, arguments[1]);
        case "write record" ->
            serializer.serialize(topic, record((String) arguments[1], (String) arguments[2]));
        case "read" -> plain(deserializer.deserialize(topic, (byte[]) arguments[1]));
        default -> throw new IllegalArgumentException(what);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object record(String schemaText, String json) throws IOException {
    Schema schema = new Schema.Parser().parse(schemaText);
    return new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().jsonDecoder(schema, json));
  }

  /** Records as JSON; one value as it is. */
  private static Object plain(Object read) throws IOException {
    if (!(read instanceof GenericContainer container)) {
      return read;
    }
    return json(container.getSchema(), container);
  }

  static String json(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, out);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
