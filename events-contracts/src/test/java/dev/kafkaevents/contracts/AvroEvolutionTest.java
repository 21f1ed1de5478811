package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AvroEvolutionTest {
  private static Schema record(String fields) {
    return new Schema.Parser()
        .parse(("{'type': 'record', 'name': 'R', 'fields': [" + fields + "]}").replace('\'', '"'));
  }

  private static String field(String name, String type) {
    return "{'name': '" + name + "', 'type': " + type + "}";
  }

  private static String logical(String type, String logical) {
    return "{'type': '" + type + "', 'logicalType': '" + logical + "'}";
  }

  private static String decimal(int precision, int scale) {
    return "{'type': 'bytes', 'logicalType': 'decimal', 'precision': %d, 'scale': %d}"
        .formatted(precision, scale);
  }

  private static Arguments change(String writer, String reader, String... expected) {
    return Arguments.of(field("f", writer), field("f", reader), List.of(expected));
  }

  private static Arguments fields(String writer, String reader, String... expected) {
    return Arguments.of(writer, reader, List.of(expected));
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("'string'", "'string'"),
        change("'int'", "'long'"),
        change("'int'", "'double'"),
        change("'string'", "'bytes'"),
        change("'string'", "['null', 'string']"),
        fields("", "{'name': 'f', 'type': 'int', 'default': 1}"),
        fields(field("f", "'int'"), ""),
        fields(field("g", "'int'"), "{'name': 'f', 'aliases': ['g'], 'type': 'int'}"),
        change(logical("string", "uuid"), "'string'"),
        change(decimal(9, 2), decimal(12, 2)),
        change(
            "{'type': 'enum', 'name': 'E', 'symbols': ['A']}",
            "{'type': 'enum', 'name': 'E', 'symbols': ['A', 'B']}"),
        change(
            "{'type': 'enum', 'name': 'E', 'symbols': ['A', 'B']}",
            "{'type': 'enum', 'name': 'E', 'symbols': ['A'], 'default': 'A'}"),
        // What Avro's own check finds.
        fields("", field("f", "'int'"), "BREAKING /f default"),
        change("'long'", "'int'", "BREAKING /f type"),
        change("['null', 'string']", "'string'", "BREAKING /f type"),
        change(
            "{'type': 'enum', 'name': 'E', 'symbols': ['A', 'B']}",
            "{'type': 'enum', 'name': 'E', 'symbols': ['A']}",
            "BREAKING /f symbols"),
        change(
            "{'type': 'fixed', 'name': 'F', 'size': 4}",
            "{'type': 'fixed', 'name': 'F', 'size': 8}",
            "BREAKING /f size"),
        change(
            "{'type': 'array', 'items': 'long'}",
            "{'type': 'array', 'items': 'int'}",
            "BREAKING /f/* type"),
        // What it lets through.
        change(
            logical("long", "timestamp-millis"),
            logical("long", "timestamp-micros"),
            "BREAKING /f logicalType"),
        change(
            logical("long", "timestamp-millis"),
            logical("long", "local-timestamp-millis"),
            "BREAKING /f logicalType"),
        change(
            logical("int", "time-millis"),
            logical("long", "time-micros"),
            "BREAKING /f logicalType"),
        change("'string'", logical("string", "uuid"), "BREAKING /f logicalType"),
        change(decimal(9, 2), decimal(9, 3), "BREAKING /f scale"),
        change(decimal(9, 2), decimal(7, 2), "BREAKING /f precision"),
        change("'long'", "'double'", "BREAKING /f type"),
        change("'int'", "'float'", "BREAKING /f type"),
        change("'bytes'", "'string'", "BREAKING /f type"),
        change(
            "{'type': 'array', 'items': " + logical("long", "timestamp-millis") + "}",
            "{'type': 'array', 'items': " + logical("long", "timestamp-micros") + "}",
            "BREAKING /f/* logicalType"),
        change(
            "['null', " + decimal(9, 2) + "]",
            "['null', " + decimal(9, 1) + "]",
            "BREAKING /f scale"),
        // What a plain long means nobody knows.
        change("'long'", logical("long", "timestamp-millis"), "UNDECIDED /f logicalType"),
        change(logical("int", "date"), "'int'", "UNDECIDED /f logicalType"));
  }

  @ParameterizedTest(name = "{2}: {0} → {1}")
  @MethodSource("changes")
  void aChange_isJudged(String writer, String reader, List<String> expected) {
    assertThat(AvroEvolution.check(record(writer), record(reader)))
        .extracting(
            each -> each.verdict() + " " + Finding.acknowledgement(each.path(), each.keyword()))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void aWitness_saysWhatIsWrittenAndWhatIsRead() {
    Schema millis = record(field("at", logical("long", "timestamp-millis")));
    Schema micros = record(field("at", logical("long", "timestamp-micros")));
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(micros, millis).getType())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);

    assertThat(AvroEvolution.check(millis, micros))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.text())
                  .isEqualTo(
                      "\"2026-01-01T00:00:00Z\" is written, \"1970-01-21T10:53:45.600Z\" is read");
              assertThat(finding.witness()).isEqualTo("{\"at\":\"2026-01-01T00:00:00Z\"}");
            });
  }

  @Test
  void aRecordOfAnotherName_isUndecided_sinceAvroReadsIt() {
    Schema other =
        new Schema.Parser().parse(record(field("f", "'int'")).toString().replace("\"R\"", "\"S\""));

    assertThat(AvroEvolution.check(record(field("f", "'int'")), other))
        .extracting(each -> each.verdict() + " " + each.keyword())
        .containsExactly("UNDECIDED name");
  }

  @Test
  void aDefaultThatChanged_isToldWithWhatItIsReadAs() {
    Schema old = record(field("a", "'int'"));
    Schema before = record(field("a", "'int'") + ", {'name': 'f', 'type': 'int', 'default': 1}");
    Schema now = record(field("a", "'int'") + ", {'name': 'f', 'type': 'int', 'default': 2}");

    assertThat(AvroEvolution.changedDefaults(old, before, now))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.path()).isEqualTo("/f");
              assertThat(finding.text()).contains("was read as 1, and now is as 2");
            });
    assertThat(AvroEvolution.changedDefaults(before, before, now)).isEmpty();
  }

  @Test
  void jsonOfAvro_goesThereAndBack() {
    Schema schema =
        record(
            String.join(
                ", ",
                field("text", "'string'"),
                field("amount", decimal(9, 2)),
                field(
                    "fixed",
                    "{'type': 'fixed', 'name': 'D', 'size': 5, 'logicalType': 'decimal', 'precision': 9, 'scale': 2}"),
                field("day", logical("int", "date")),
                field("clock", logical("long", "time-micros")),
                field("at", logical("long", "timestamp-nanos")),
                field("local", logical("long", "local-timestamp-millis")),
                field("maybe", "['null', 'boolean', {'type': 'map', 'values': 'double'}]"),
                field(
                    "many",
                    "{'type': 'array', 'items': {'type': 'enum', 'name': 'E', 'symbols': ['A', 'B']}}"),
                field("raw", "'bytes'")));
    for (Object datum : AvroInstances.of(schema)) {
      byte[] written = AvroPayload.toBytes(datum, schema);
      byte[] json = Json.text(AvroJson.toJson(datum, schema)).getBytes(UTF_8);
      Object back = AvroJson.toAvro(Json.parse(json, "json"), schema, "");
      assertThat(AvroPayload.toBytes(back, schema)).isEqualTo(written);
    }
  }

  @Test
  void schemasThatContainThemselves_end() {
    Schema tree =
        record(
            field("value", "'long'") + ", " + field("children", "{'type': 'array', 'items': 'R'}"));
    Schema list = record(field("value", "'int'") + ", " + field("next", "['null', 'R']"));

    assertThat(AvroEvolution.check(tree, tree)).isEmpty();
    assertThat(AvroEvolution.check(list, list)).isEmpty();
  }
}
