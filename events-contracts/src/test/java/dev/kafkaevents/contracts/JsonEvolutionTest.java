package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class JsonEvolutionTest {
  private static JsonPayload schema(String text) {
    return JsonPayload.parse(text.replace('\'', '"').getBytes(UTF_8), "schema.json");
  }

  private static List<Finding> check(String writer, String reader) {
    return JsonEvolution.check(schema(writer), schema(reader), List.of());
  }

  /** An object with one field, {@code a}. */
  private static String a(String schema) {
    return "{'type': 'object', 'properties': {'a': " + schema + "}}";
  }

  private static String neededA(String schema) {
    return "{'type': 'object', 'required': ['a'], 'properties': {'a': " + schema + "}}";
  }

  private static Arguments compatible(String writer, String reader) {
    return Arguments.of(writer, reader, List.of());
  }

  private static Arguments breaking(String writer, String reader, String... at) {
    return Arguments.of(writer, reader, Stream.of(at).map(each -> "BREAKING " + each).toList());
  }

  private static Arguments undecided(String writer, String reader, String... at) {
    return Arguments.of(writer, reader, Stream.of(at).map(each -> "UNDECIDED " + each).toList());
  }

  private static final String UNION =
      "{'oneOf': [{'type': 'object', 'required': ['kind'], 'properties': {'kind': {'const': 'a'}}},"
          + " {'type': 'object', 'required': ['kind'], 'properties': {'kind': {'const': 'b'}}}]}";

  private static final String TREE =
      "{'$ref': '#/$defs/node', '$defs': {'node': {'type': 'object', 'required': ['value'],"
          + " 'properties': {'value': {'type': 'TYPE'}, 'children': {'type': 'array', 'items': {'$ref': '#/$defs/node'}}}}}}";

  static Stream<Arguments> changes() {
    return Stream.of(
        compatible(a("{'type': 'string'}"), a("{'type': 'string'}")),
        compatible(a("{'type': 'string'}"), a("{'type': ['string', 'null']}")),
        breaking(a("{'type': ['string', 'null']}"), a("{'type': 'string'}"), "/a type"),
        compatible(a("{'type': 'integer'}"), a("{'type': 'number'}")),
        breaking(a("{'type': 'number'}"), a("{'type': 'integer'}"), "/a type"),
        compatible(a("{}"), a("{}")),
        breaking(a("{}"), a("{'type': 'string'}"), "/a type"),
        compatible(a("false"), a("{'type': 'string'}")),
        // Fields come and go.
        compatible(neededA("{'type': 'string'}"), a("{'type': 'string'}")),
        breaking(a("{'type': 'string'}"), neededA("{'type': 'string'}"), "/a required"),
        compatible("{'type': 'object', 'properties': {}}", a("{'type': 'string'}")),
        compatible(a("{'type': 'string'}"), "{'type': 'object', 'properties': {}}"),
        compatible(a("{'type': 'string'}"), "{'type': 'object', 'additionalProperties': false}"),
        breaking(
            "{'type': 'object', 'additionalProperties': true}", a("{'type': 'string'}"), "/a type"),
        breaking(
            "{'type': 'object', 'additionalProperties': {'type': 'number'}}",
            "{'type': 'object', 'additionalProperties': {'type': 'string'}}",
            "/somethingElse type"),
        breaking(
            a("{'type': 'number'}"),
            "{'type': 'object', 'additionalProperties': {'type': 'string'}}",
            "/a type"),
        // Values.
        compatible(a("{'enum': ['x', 'y']}"), a("{'enum': ['x', 'y', 'z']}")),
        breaking(a("{'enum': ['x', 'y', 'z']}"), a("{'enum': ['x', 'y']}"), "/a enum"),
        breaking(a("{'type': 'string'}"), a("{'enum': ['x', 'y']}"), "/a enum"),
        compatible(a("{'const': 'x'}"), a("{'type': 'string', 'maxLength': 1}")),
        breaking(a("{'const': 'xx'}"), a("{'type': 'string', 'maxLength': 1}"), "/a maxLength"),
        breaking(a("{'const': 'x'}"), a("{'const': 'y'}"), "/a const"),
        // Bounds.
        compatible(a("{'type': 'number', 'minimum': 1}"), a("{'type': 'number', 'minimum': 0}")),
        compatible(
            a("{'type': 'number', 'minimum': 1}"), a("{'type': 'number', 'exclusiveMinimum': 0}")),
        compatible(
            a("{'type': 'number', 'exclusiveMinimum': 0}"), a("{'type': 'number', 'minimum': 0}")),
        breaking(
            a("{'type': 'number', 'minimum': 0}"),
            a("{'type': 'number', 'minimum': 1}"),
            "/a minimum"),
        breaking(
            a("{'type': 'number', 'minimum': 0}"),
            a("{'type': 'number', 'exclusiveMinimum': 0}"),
            "/a exclusiveMinimum"),
        breaking(
            a("{'type': 'number', 'maximum': 100}"),
            a("{'type': 'number', 'maximum': 99}"),
            "/a maximum"),
        breaking(
            a("{'type': 'number', 'maximum': 7000000}"),
            a("{'type': 'number', 'exclusiveMaximum': 7000000}"),
            "/a exclusiveMaximum"),
        compatible(
            a("{'type': 'integer', 'multipleOf': 10}"), a("{'type': 'integer', 'multipleOf': 5}")),
        breaking(
            a("{'type': 'integer', 'multipleOf': 5}"),
            a("{'type': 'integer', 'multipleOf': 10}"),
            "/a multipleOf"),
        compatible(
            a("{'type': 'string', 'maxLength': 5}"), a("{'type': 'string', 'maxLength': 9}")),
        breaking(
            a("{'type': 'string', 'maxLength': 250}"),
            a("{'type': 'string', 'maxLength': 200}"),
            "/a maxLength"),
        breaking(a("{'type': 'string'}"), a("{'type': 'string', 'minLength': 1}"), "/a minLength"),
        breaking(
            a("{'type': 'array', 'items': {'type': 'string'}}"),
            a("{'type': 'array', 'minItems': 1}"),
            "/a minItems"),
        breaking(
            a("{'type': 'array', 'maxItems': 9}"),
            a("{'type': 'array', 'maxItems': 8}"),
            "/a maxItems"),
        breaking(
            a("{'type': 'array', 'items': {'type': 'string'}}"),
            a("{'type': 'array', 'uniqueItems': true}"),
            "/a uniqueItems"),
        breaking(
            a("{'type': 'array', 'items': {'type': 'number'}}"),
            a("{'type': 'array', 'items': {'type': 'integer'}}"),
            "/a/* type"),
        breaking(
            a("{'type': 'array', 'items': " + a("{'type': 'string'}") + "}"),
            a("{'type': 'array', 'items': " + neededA("{'type': 'string'}") + "}"),
            "/a/*/a required"),
        // Formats and what is not modelled.
        compatible(
            a("{'type': 'string', 'format': 'uuid'}"), a("{'type': 'string', 'format': 'uuid'}")),
        breaking(a("{'type': 'string'}"), a("{'type': 'string', 'format': 'uuid'}"), "/a format"),
        breaking(
            a("{'type': 'string', 'format': 'date'}"),
            a("{'type': 'string', 'format': 'date-time'}"),
            "/a format"),
        compatible(
            a("{'type': 'string', 'pattern': '^A'}"), a("{'type': 'string', 'pattern': '^A'}")),
        compatible(a("{'type': 'string', 'pattern': '^A'}"), a("{'type': 'string'}")),
        undecided(
            a("{'type': 'string', 'pattern': '^[a-c]{7}$'}"),
            a("{'type': 'string', 'pattern': '^[a-d]{7}$'}"),
            "/a pattern"),
        breaking(a("{'type': 'string'}"), a("{'type': 'string', 'pattern': '^Q'}"), "/a pattern"),
        undecided(
            a("{'type': 'integer'}"),
            a("{'type': 'integer', 'not': {'const': 123456789}}")
                .replace("123456789", "{'x': [1]}"),
            "/a not"),
        // Put together.
        compatible(UNION, UNION),
        compatible(
            UNION,
            UNION
                .replace(
                    "]}",
                    ", {'type': 'object', 'required': ['kind'], 'properties': {'kind': {'const': 'c'}}}]}")
                .replaceFirst("const': 'a'}", "const': 'a'}")),
        breaking(
            UNION,
            "{'type': 'object', 'required': ['kind'], 'properties': {'kind': {'const': 'a'}}}",
            "/kind const"),
        compatible(
            "{'type': 'object', 'required': ['kind'], 'properties': {'kind': {'const': 'a'}}}",
            UNION),
        compatible(
            a("{'allOf': [{'type': 'number'}, {'minimum': 3}]}"),
            a("{'type': 'number', 'minimum': 2}")),
        compatible(
            a("{'type': 'number', 'minimum': 3}"),
            a("{'allOf': [{'type': 'number'}, {'minimum': 2}]}")),
        compatible(a("{'type': 'string'}"), a("{'anyOf': [{'type': 'string'}, {'type': 'null'}]}")),
        breaking(
            a("{'anyOf': [{'type': 'string'}, {'type': 'null'}]}"),
            a("{'type': 'string'}"),
            "/a type"),
        // Exactly one of them: not both.
        breaking(
            a("{'type': 'string'}"),
            a("{'oneOf': [{'type': 'string'}, {'type': ['string', 'null']}]}"),
            "/a oneOf"),
        undecided(
            "{'type': 'object', 'anyOf': [{'required': ['x'], 'properties': {'x': {}}}, {'required': ['y'], 'properties': {'y': {}}}]}",
            "{'type': 'object', 'oneOf': [{'required': ['x']}, {'required': ['y']}]}",
            "/ oneOf"),
        compatible(TREE.replace("TYPE", "integer"), TREE.replace("TYPE", "number")),
        breaking(
            TREE.replace("TYPE", "number"),
            TREE.replace("TYPE", "integer"),
            "/value type",
            "/children/*/value type"));
  }

  @ParameterizedTest(name = "{2}: {0} → {1}")
  @MethodSource("changes")
  void aChange_isJudged(String writer, String reader, List<String> expected) {
    List<String> found =
        check(writer, reader).stream()
            .map(
                each -> each.verdict() + " " + Finding.acknowledgement(each.path(), each.keyword()))
            .toList();
    if (expected.isEmpty()) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).containsAll(expected);
    }
  }

  @Test
  void aWitness_isTheSmallestValueThatShowsIt() {
    assertThat(check(neededA("{'type': 'number'}"), neededA("{'type': 'integer'}")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.witness()).isEqualTo("{\"a\":1.5}");
              assertThat(finding.text()).contains("integer");
            });
  }

  @Test
  void aWitness_isWrittenByTheOneAndNotReadByTheOther() {
    JsonPayload writer = schema(a("{'type': 'array', 'items': {'type': ['number', 'null']}}"));
    JsonPayload reader = schema(a("{'type': 'array', 'items': {'type': 'number', 'minimum': 0}}"));

    assertThat(JsonEvolution.check(writer, reader, List.of()))
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(
            finding -> {
              JsonNode witness = Json.parse(finding.witness().getBytes(UTF_8), "witness");
              assertThat(writer.problems(witness)).isEmpty();
              assertThat(reader.readerProblems(witness)).isNotEmpty();
            });
  }

  /** Where it is proven that all is read, no value may be found that is not. */
  @Test
  void whatIsProven_noValueContradicts() {
    long seed = Long.getLong("contracts.seed", 1);
    Random random = new Random(seed);
    int proven = 0;
    for (int i = 0; i < 60; i++) {
      String text = RandomJsonSchemas.object(random, 1);
      String changed =
          random.nextInt(4) == 0
              ? RandomJsonSchemas.object(random, 1)
              : RandomJsonSchemas.changed(text, random);
      JsonPayload writer = schema(text);
      JsonPayload reader = schema(changed);
      if (JsonImplication.suspects(writer, reader).isEmpty()) {
        proven++;
        List<Finding> contradictions = JsonEvolution.broken(writer, reader, List.of());
        assertThat(contradictions).as("seed %d: %s → %s", seed, text, changed).isEmpty();
      }
    }
    assertThat(proven).as("seed %d", seed).isGreaterThan(5);
  }

  /** And the other way round: that a schema takes what itself wrote is nearly always proven. */
  @Test
  void aSchemaThatDidNotChange_isProven() {
    long seed = Long.getLong("contracts.seed", 1);
    Random random = new Random(seed);
    List<String> unproven = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String text = RandomJsonSchemas.object(random, 1);
      if (!text.contains("oneOf")
          && !JsonImplication.suspects(schema(text), schema(text)).isEmpty()) {
        unproven.add(text);
      }
    }
    assertThat(unproven).as("seed %d", seed).isEmpty();
  }
}
