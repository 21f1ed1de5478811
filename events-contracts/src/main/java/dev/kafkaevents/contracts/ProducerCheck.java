package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Judges the records of one topic, as an application has published them, by the contracts of that
 * topic: payload, key, partition and headers of each, and that there was one of each shape the
 * samples have.
 *
 * <pre>{@code
 * ProducerCheck.of(contract).verify(kafka.records("orders"));
 * }</pre>
 *
 * <p>Shapes are told apart by which fields are there, and of what kind. Immutable.
 */
public final class ProducerCheck {
  private static final int SHOWN = 20;

  private final List<Contract> contracts;
  private final SchemaIds ids;

  private ProducerCheck(List<Contract> contracts, SchemaIds ids) {
    this.contracts = contracts;
    this.ids = ids;
  }

  /**
   * By the contracts of a topic. If there are several, a record is judged by the one whose headers
   * with {@code equals} it has.
   *
   * @throws IllegalArgumentException if they are not all of the same topic
   */
  public static ProducerCheck of(Contract... contracts) {
    List<Contract> all = List.of(contracts);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("there is no contract to judge by");
    }
    for (Contract each : all) {
      if (!each.topic().equals(all.get(0).topic())) {
        throw new IllegalArgumentException(
            "%s is on topic %s, and %s on topic %s; each topic is judged by itself"
                .formatted(all.get(0), all.get(0).topic(), each, each.topic()));
      }
    }
    return new ProducerCheck(all, SchemaIds.none());
  }

  /** With the ids of Avro schemas. */
  public ProducerCheck withSchemaIds(SchemaIds ids) {
    return new ProducerCheck(contracts, ids);
  }

  /**
   * Judges {@code records}.
   *
   * @throws AssertionError with all that is wrong, if something is; so it is if there are no
   *     records
   */
  public void verify(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    List<String> problems = problems(records);
    if (!problems.isEmpty()) {
      throw new AssertionError(
          "what was published to topic %s does not keep the contract:%n  %s%s"
              .formatted(
                  contracts.get(0).topic(),
                  String.join("\n  ", problems.subList(0, Math.min(SHOWN, problems.size()))),
                  problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : ""));
    }
  }

  List<String> problems(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    Set<String> problems = new LinkedHashSet<>();
    Map<Contract, Set<Shape>> published = new HashMap<>();
    int judged = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      judged++;
      String at = contracts.get(0).topic() + "-" + record.partition() + "@" + record.offset() + " ";
      Contract contract = contractOf(record);
      if (contract == null) {
        problems.add(
            at + "is of none of the events " + contracts.stream().map(Contract::event).toList());
        continue;
      }
      RecordCheck check = new RecordCheck(contract, record);
      check.problems().forEach(problem -> problems.add(at + problem));
      if (check.payload != null) {
        published
            .computeIfAbsent(contract, c -> new LinkedHashSet<>())
            .add(Shape.of(check.payload));
      }
    }
    if (judged == 0) {
      return List.of("nothing was published there, so nothing was judged");
    }
    for (Contract contract : contracts) {
      notCovered(contract, published.getOrDefault(contract, Set.of()), problems);
    }
    return List.copyOf(problems);
  }

  private @Nullable Contract contractOf(ConsumerRecord<byte[], byte[]> record) {
    if (contracts.size() == 1) {
      return contracts.get(0);
    }
    for (Contract contract : contracts) {
      boolean fits =
          contract.terms().headers().entrySet().stream()
              .filter(each -> each.getValue().equal() != null)
              .allMatch(
                  each -> {
                    String text = text(record.headers().lastHeader(each.getKey()));
                    return text != null && each.getValue().accepts(text);
                  });
      if (fits) {
        return contract;
      }
    }
    return null;
  }

  private static void notCovered(Contract contract, Set<Shape> published, Set<String> problems) {
    for (Sample sample : contract.samples()) {
      Shape shape = Shape.of(contract.currentSchema().canonical(sample.value()));
      if (sample.produced() && !published.contains(shape)) {
        published.stream()
            .min(Comparator.comparingInt(shape::distance))
            .ifPresentOrElse(
                nearest ->
                    problems.add(
                        "no record has the shape of sample %s: the nearest lacks %s and has %s besides; publish one, or say produced: false"
                            .formatted(
                                sample.name(), shape.without(nearest), nearest.without(shape))),
                () -> problems.add("no record has the shape of sample " + sample.name()));
      }
    }
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /** One record by one contract. */
  private final class RecordCheck {
    private final Contract contract;
    private final ConsumerRecord<byte[], byte[]> record;
    private final List<String> problems = new ArrayList<>();
    @Nullable JsonNode payload;

    RecordCheck(Contract contract, ConsumerRecord<byte[], byte[]> record) {
      this.contract = contract;
      this.record = record;
    }

    List<String> problems() {
      judgePayload();
      judgeKey();
      judgeHeaders();
      return problems;
    }

    private void judgePayload() {
      if (record.value() == null) {
        if (contract.terms().cleanup() == Contract.Cleanup.DELETE) {
          problems.add("is a tombstone, but topic.cleanup is delete");
        }
        return;
      }
      try {
        payload = decoded(record.value());
      } catch (RuntimeException e) {
        problems.add("is not readable: " + e.getMessage());
      }
      if (payload != null) {
        contract
            .currentSchema()
            .problems(payload)
            .forEach(
                problem -> problems.add("is not valid in " + contract.current() + ": " + problem));
      }
    }

    private @Nullable JsonNode decoded(byte[] value) {
      if (!(contract.currentSchema() instanceof AvroPayload current)) {
        return Json.parse(value, "value");
      }
      Integer id = AvroPayload.writerId(value);
      if (id == null) {
        problems.add("names no schema: its value does not begin with 00 and an id");
        return null;
      }
      if (!AvroPayload.isSame(ids.schemaOf(id), current.schema)) {
        problems.add(
            "is written with schema " + id + ", which is not that of " + contract.current());
        return null;
      }
      return current.decode(value);
    }

    private void judgeKey() {
      KeyRule rule = contract.terms().key();
      if (rule == null) {
        if (record.key() != null) {
          problems.add("has a key, must have none");
        }
        return;
      }
      if (record.key() == null) {
        problems.add("has no key, must have that of " + rule.from());
        return;
      }
      String key = new String(record.key(), UTF_8);
      if (!rule.format().accepts(key)) {
        problems.add("has a key that is not of format " + rule.format().written());
      }
      if (payload != null && !key.equals(rule.keyOf(payload))) {
        problems.add("has a key that is not what is at " + rule.from());
      }
      int expected = Utils.toPositive(Utils.murmur2(record.key())) % contract.partitions();
      if (record.partition() != expected) {
        problems.add(
            "has a key that belongs on partition %d of %d, by Kafka's default partitioner"
                .formatted(expected, contract.partitions()));
      }
    }

    private void judgeHeaders() {
      contract
          .terms()
          .headers()
          .forEach(
              (name, rule) -> {
                List<Header> found = new ArrayList<>();
                record.headers().headers(name).forEach(found::add);
                String text = found.isEmpty() ? null : text(found.get(found.size() - 1));
                if (found.size() > 1) {
                  problems.add("has header " + name + " " + found.size() + " times");
                }
                if (text == null) {
                  if (rule.required()) {
                    problems.add("has no header " + name);
                  }
                } else if (!rule.accepts(text)) {
                  problems.add("has a header " + name + " that must be " + rule.allowed());
                }
              });
    }
  }
}
