package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A record that is delivered, and how that must end.
 *
 * @param name what tests call it
 * @param cause the simple name of the exception's class that it must end by; null for any
 */
record Case(String name, Message message, Ending ends, @Nullable String cause) {
  /** Attributes every CloudEvent has. */
  private static final Map<String, String> ATTRIBUTES =
      Map.of("ce_specversion", "1.0", "ce_id", "a-sample", "ce_source", "a-contract");

  /**
   * All of a contract: each sample in each version that it is valid in, with all its headers and
   * without each that is optional; and the invalid ones.
   */
  static List<Case> all(Contract contract, SchemaIds ids) {
    List<Case> all = new ArrayList<>();
    for (Sample sample : contract.samples()) {
      contract
          .schemas()
          .forEach(
              (version, schema) -> {
                if (version.equals(sample.version()) || isWrittenOtherwise(sample, schema)) {
                  String name = sample.name() + " in " + version;
                  byte[] value = schema.encode(sample.value(), contract.subject(), ids);
                  addWithAndWithoutHeaders(contract, name, sample.value(), value, all);
                }
              });
    }
    for (InvalidSample sample : contract.invalid()) {
      Message message = message(contract, "k".getBytes(UTF_8), sample.bytes(), null);
      all.add(new Case("invalid " + sample.name(), message, sample.ends(), sample.cause()));
    }
    return all;
  }

  /** The bytes of Avro depend on the version; those of JSON would be the same. */
  private static boolean isWrittenOtherwise(Sample sample, PayloadSchema schema) {
    return schema instanceof AvroPayload && schema.problems(sample.value()).isEmpty();
  }

  private static void addWithAndWithoutHeaders(
      Contract contract, String name, JsonNode sample, byte[] value, List<Case> all) {
    byte[] key = key(contract, sample);
    all.add(new Case(name, message(contract, key, value, null), Ending.HANDLED, null));
    contract
        .terms()
        .headers()
        .forEach(
            (header, rule) -> {
              if (!rule.required()) {
                all.add(
                    new Case(
                        name + " without header " + header,
                        message(contract, key, value, header),
                        Ending.HANDLED,
                        null));
              }
            });
  }

  /** A sample with its payload changed, and nothing else. */
  static Case changed(Contract contract, String name, JsonNode sample, byte[] value) {
    byte[] key = key(contract, sample);
    return new Case(name, message(contract, key, value, null), Ending.HANDLED, null);
  }

  private static byte @Nullable [] key(Contract contract, JsonNode sample) {
    KeyRule rule = contract.terms().key();
    String key = rule == null ? null : rule.keyOf(sample);
    return key == null ? null : key.getBytes(UTF_8);
  }

  private static Message message(
      Contract contract, byte @Nullable [] key, byte[] value, @Nullable String withoutHeader) {
    Map<String, HeaderRule> rules = contract.terms().headers();
    Headers headers =
        Headers.of(
            "content-type",
            contract.terms().format() == Contract.Format.JSON
                ? "application/json"
                : "application/avro");
    if (rules.keySet().stream().anyMatch(name -> name.startsWith("ce_"))) {
      for (Map.Entry<String, String> each : ATTRIBUTES.entrySet()) {
        headers = headers.with(each.getKey(), each.getValue());
      }
    }
    for (Map.Entry<String, HeaderRule> each : rules.entrySet()) {
      if (!each.getKey().equals(withoutHeader)) {
        headers = headers.with(each.getKey(), each.getValue().sampleValue());
      }
    }
    byte[] its = contract.terms().key() == null ? null : key;
    return Message.of(contract.topic(), its, value).withHeaders(headers);
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
