package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.avro.generated.Small;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that were compared with those of Confluent's serializers; see ConfluentInteropTest. */
class AvroWireFormatTest {
  private static final String SMALL = "00" + "00000001" + "04" + "6162" + "02";

  private final InMemorySchemas schemas = new InMemorySchemas();
  private final Avro<Small> small = Avro.of(Small.class, schemas);

  @Test
  void value_isAZeroTheIdAndThePayload() {
    assertThat(small.hex(new Small("ab", 1))).isEqualTo(SMALL);
    assertThat(small.read(SMALL)).isEqualTo(new Small("ab", 1));
  }

  @Test
  void id_isFourBytes_mostSignificantFirst() {
    Schemas large = new OneSchema(RegisteredSchema.of(0x8182_8384, Small.getClassSchema()));
    Avro<Small> avro = Avro.of(Small.class, large, AvroOptions.fixedId(0x8182_8384));

    assertThat(avro.hex(new Small("", 0))).isEqualTo("00" + "81828384" + "0000");
    assertThat(avro.read("00" + "81828384" + "0000")).isEqualTo(new Small("", 0));
  }

  @ParameterizedTest
  @CsvSource({"'',00", "é,04c3a9", "text,0874657874"})
  void text_isItsLengthAndUtf8(String payload, String hex) {
    Avro<String> text = Avro.of(String.class, schemas);

    assertThat(text.hex(payload)).isEqualTo("0000000001" + hex);
    assertThat(text.copy(payload)).isEqualTo(payload);
  }

  @Test
  void bytes_areRaw_withoutALength() {
    Avro<byte[]> bytes = Avro.of(byte[].class, schemas);
    Avro<ByteBuffer> buffers = Avro.of(ByteBuffer.class, schemas);
    byte[] payload = {9, 8, 7};

    assertThat(bytes.hex(payload)).isEqualTo("0000000001" + "090807");
    assertThat(bytes.copy(payload)).isEqualTo(payload);
    assertThat(bytes.copy(new byte[0])).isEmpty();
    assertThat(buffers.hex(ByteBuffer.wrap(payload, 1, 2))).isEqualTo("0000000001" + "0807");
    assertThat(buffers.copy(ByteBuffer.wrap(payload))).isEqualTo(ByteBuffer.wrap(payload));
  }

  @Test
  void numbersAndBooleans_areTheirValue() {
    assertThat(hexOf(Integer.class, -1)).isEqualTo("0000000001" + "01");
    assertThat(hexOf(Long.class, 64L)).isEqualTo("0000000001" + "8001");
    assertThat(hexOf(Float.class, 1f)).isEqualTo("0000000001" + "0000803f");
    assertThat(hexOf(Double.class, 1d)).isEqualTo("0000000001" + "000000000000f03f");
    assertThat(hexOf(Boolean.class, true)).isEqualTo("0000000001" + "01");
  }

  private static <T> String hexOf(Class<T> type, T payload) {
    Avro<T> avro = Avro.of(type, new InMemorySchemas());
    assertThat(avro.copy(payload)).isEqualTo(payload);
    return avro.hex(payload);
  }

  @Test
  void guidHeader_carriesTheName_andTheValueHasNoPrefix() {
    Avro<Small> avro = Avro.of(Small.class, schemas, AvroOptions.register().withGuidHeader());
    Avro.Written written = avro.write(new Small("ab", 1));
    UUID guid = schemas.byId(1).guid();

    assertThat(written.hex()).isEqualTo("04" + "6162" + "02");
    assertThat(HexFormat.of().formatHex(written.headers().value("__value_schema_id")))
        .isEqualTo("01" + guid.toString().replace("-", ""));
    assertThat(avro.read(written)).isEqualTo(new Small("ab", 1));
    assertThat(small.read(written)).isEqualTo(new Small("ab", 1));
  }

  @Test
  void guidAsPrefix_andIdInTheHeader_areRead() {
    small.write(new Small("ab", 1));
    String guid = schemas.byId(1).guid().toString().replace("-", "");
    Headers id = Headers.empty().add("__value_schema_id", HexFormat.of().parseHex("0000000001"));

    assertThat(small.read("01" + guid + "04616202")).isEqualTo(new Small("ab", 1));
    assertThat(small.read(new Avro.Written(HexFormat.of().parseHex("04616202"), id)))
        .isEqualTo(new Small("ab", 1));
  }

  @Test
  void registryWithoutGuids_canNotBeWrittenWithAGuidHeader() {
    Schemas without = new OneSchema(RegisteredSchema.of(1, Small.getClassSchema()));
    Avro<Small> avro = Avro.of(Small.class, without, AvroOptions.fixedId(1).withGuidHeader());

    assertThatThrownBy(() -> avro.write(new Small("a", 1)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("has no GUID")
        .hasMessageContaining("withGuidHeader()");
  }

  @Test
  void trailingBytes_areRefused() {
    small.write(new Small("ab", 1));

    assertThatThrownBy(() -> small.read(SMALL + "00"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("bytes after it")
        .hasMessageContaining("schema 1 (dev.kafkaevents.serde.avro.generated.Small)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "00000000", "01", "0100000000", "02", "ff00000001"})
  void valueThatNamesNoSchema_isRefused_withItsLength(String hex) {
    assertThatThrownBy(() -> small.read(hex))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("names no schema")
        .hasNoCause();
  }

  @Test
  void otherFormats_areGuessed() {
    assertThatThrownBy(() -> small.read("{\"a\":1}".getBytes(UTF_8)))
        .hasMessageContaining("7 bytes")
        .hasMessageContaining("looks like JSON");
    assertThatThrownBy(() -> small.read("0300" + "00".repeat(16))).hasMessageContaining("AWS Glue");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "000000000100", "01", "02"})
  void headerThatNamesNoSchema_isRefused(String hex) {
    Headers headers = Headers.empty().add("__value_schema_id", HexFormat.of().parseHex(hex));

    assertThatThrownBy(() -> small.read(new Avro.Written(new byte[] {1}, headers)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("header __value_schema_id names no schema");
  }

  @Test
  void headerWithoutAValue_isNoHeader() {
    small.write(new Small("ab", 1));
    Headers headers = Headers.empty().add("__value_schema_id", null);

    assertThat(small.read(new Avro.Written(HexFormat.of().parseHex(SMALL), headers)))
        .isEqualTo(new Small("ab", 1));
  }

  @Test
  void idThatNobodyKnows_isRefused() {
    assertThatThrownBy(() -> small.read("00" + "0000002a" + "00"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("42");
  }

  @Test
  void contentType_isAvro() {
    assertThat(AvroSerde.factory(schemas).create(Topic.of("t", Small.class)))
        .satisfies(
            serde -> {
              assertThat(serde.contentType()).isEqualTo("application/avro");
              assertThat(List.of("application/avro", "avro/binary")).allMatch(serde::reads);
              assertThat(serde.reads("application/json")).isFalse();
            });
  }
}
