package dev.kafkaevents.contracts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An Avro schema. Its records have the wire format of schema registries: 00, an id, Avro's binary.
 */
final class AvroPayload implements PayloadSchema {
  private static final int PREFIX = 5;

  final Schema schema;

  AvroPayload(Schema schema) {
    this.schema = schema;
  }

  static AvroPayload parse(byte[] bytes, String calledFile) {
    JsonNode document = Json.parse(bytes, calledFile);
    try {
      Schema schema = new Schema.Parser().parse(Json.text(document));
      if (schema.getType() != Schema.Type.RECORD) {
        throw new ContractException(
            calledFile + ": is of type " + schema.getType().getName() + ", must be a record");
      }
      requireLogicalTypes(document, calledFile);
      return new AvroPayload(schema);
    } catch (AvroRuntimeException e) {
      throw new ContractException(calledFile + ": is no Avro schema: " + e.getMessage(), e);
    }
  }

  /** Avro takes a logical type that does not fit for none. */
  private static void requireLogicalTypes(JsonNode node, String calledFile) {
    if (node.isObject() && node.has("logicalType") && node.has("type")) {
      String text = Json.text(node);
      if (node.get("type").isString() && new Schema.Parser().parse(text).getLogicalType() == null) {
        throw new ContractException(
            calledFile
                + ": logicalType "
                + node.get("logicalType").asString()
                + " is unknown, or does not fit type "
                + node.get("type").asString()
                + ", and Avro would ignore it");
      }
    }
    node.forEach(each -> requireLogicalTypes(each, calledFile));
  }

  @Override
  public List<Problem> problems(JsonNode value) {
    try {
      toBytes(AvroJson.toAvro(value, schema, ""), schema);
      return List.of();
    } catch (AvroJson.Misfit e) {
      return List.of(e.problem);
    }
  }

  @Override
  public JsonNode canonical(JsonNode value) {
    return AvroJson.toJson(AvroJson.toAvro(value, schema, ""), schema);
  }

  @Override
  public byte[] encode(JsonNode value, String subject, SchemaIds ids) {
    byte[] bytes = toBytes(AvroJson.toAvro(value, schema, ""), schema);
    return ByteBuffer.allocate(PREFIX + bytes.length)
        .put((byte) 0)
        .putInt(ids.idOf(subject, schema))
        .put(bytes)
        .array();
  }

  /** The id of the schema that {@code value} was written with; null if it names none. */
  static @Nullable Integer writerId(byte[] value) {
    return value.length < PREFIX || value[0] != 0 ? null : ByteBuffer.wrap(value).getInt(1);
  }

  /** A value written with this very schema, its prefix included, as JSON. */
  JsonNode decode(byte[] value) {
    byte[] payload = new byte[value.length - PREFIX];
    System.arraycopy(value, PREFIX, payload, 0, payload.length);
    return AvroJson.toJson(fromBytes(payload, schema, schema), schema);
  }

  static byte[] toBytes(@Nullable Object datum, Schema schema) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<@Nullable Object>(schema).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Reads all of {@code bytes}.
   *
   * @throws RuntimeException if that can't be
   */
  static @Nullable Object fromBytes(byte[] bytes, Schema writer, Schema reader) {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    try {
      Object datum = new GenericDatumReader<@Nullable Object>(writer, reader).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new AvroRuntimeException("there are bytes after the value");
      }
      return datum;
    } catch (IOException e) {
      throw new AvroRuntimeException("the bytes end within the value", e);
    }
  }

  @Override
  public boolean isSameAs(PayloadSchema other) {
    return other instanceof AvroPayload avro && isSame(schema, avro.schema);
  }

  /** Whatever their comments, and what code generators put into them. */
  static boolean isSame(Schema one, Schema other) {
    return bare(one).equals(bare(other));
  }

  private static JsonNode bare(Schema schema) {
    JsonNode document = Json.MAPPER.readTree(schema.toString());
    strip(document);
    return document;
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String key : List.copyOf(object.propertyNames())) {
        if (key.equals("doc") || key.startsWith("java-") || key.startsWith("avro.java.")) {
          object.remove(key);
        } else {
          strip(object.get(key));
          object.set(key, unwrapped(object.get(key)));
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        strip(array.get(i));
        array.set(i, unwrapped(array.get(i)));
      }
    }
  }

  /** {"type": "string"} is what is left of a string that was told its Java class. */
  private static JsonNode unwrapped(JsonNode node) {
    return node.isObject() && node.size() == 1 && node.path("type").isString()
        ? node.get("type")
        : node;
  }

  @Override
  public JsonNode document() {
    return Json.MAPPER.readTree(schema.toString());
  }
}
