package dev.kafkaevents.contracts;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the publisher of an event promises: the topic and its partitions, key, headers, the schemas
 * that may be on it, and samples. It is a directory, packed into a jar like any resources, that
 * publisher and consumers have in test scope:
 *
 * <pre>
 * contracts/order-placed/
 *   contract.yaml
 *   schema/v1.json  schema/v2.json      or .avsc
 *   samples/minimal.json  …
 *   samples/invalid/negative-total.json
 *   consumers/billing.needs.yaml        written by {@link Needs}
 * </pre>
 *
 * <p>Reading is strict: an unknown key, a file that is missing or that nothing refers to, a sample
 * that is not valid, a version without a sample are a {@link ContractException}. Immutable.
 */
public final class Contract {
  /** Kafka's name for what becomes of old records. */
  enum Cleanup {
    DELETE,
    COMPACT,
    COMPACT_AND_DELETE
  }

  /** What payloads are written in. */
  enum Format {
    JSON,
    AVRO
  }

  /** What it says besides schemas and samples. */
  record Terms(
      String event,
      @Nullable String owner,
      String topic,
      int partitions,
      Cleanup cleanup,
      @Nullable KeyRule key,
      Map<String, HeaderRule> headers,
      Format format,
      Compatibility compatibility,
      List<String> acknowledged) {}

  private final String name;
  private final Terms terms;
  private final String current;
  private final SortedMap<String, PayloadSchema> schemas;
  private final List<Sample> samples;
  private final List<InvalidSample> invalid;
  private final List<Needs> needs;

  Contract(
      String name,
      Terms terms,
      String current,
      SortedMap<String, PayloadSchema> schemas,
      List<Sample> samples,
      List<InvalidSample> invalid,
      List<Needs> needs) {
    this.name = name;
    this.terms = terms;
    this.current = current;
    this.schemas = schemas;
    this.samples = List.copyOf(samples);
    this.invalid = List.copyOf(invalid);
    this.needs = List.copyOf(needs);
  }

  /**
   * The contract in a directory.
   *
   * @throws ContractException if it can't be used as it is written
   */
  public static Contract inDirectory(Path directory) {
    return ContractReader.read(ContractFiles.inDirectory(directory));
  }

  /**
   * The contract in a directory of the class path, such as {@code contracts/order-placed} in a jar.
   *
   * @throws ContractException if it can't be used as it is written
   */
  public static Contract onClassPath(String directory) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return ContractReader.read(
        ContractFiles.onClassPath(
            directory, loader == null ? Contract.class.getClassLoader() : loader));
  }

  /** All contracts below {@code directory}; there is at least one. */
  static List<Contract> allIn(Path directory) {
    return all(ContractFiles.allIn(directory), directory.toString());
  }

  static List<Contract> all(List<ContractFiles> files, String name) {
    if (files.isEmpty()) {
      throw new ContractException(name + ": there is no " + ContractFiles.CONTRACT + " in it");
    }
    List<Contract> all = files.stream().map(ContractReader::read).toList();
    Map<String, Contract> byEvent = new HashMap<>();
    for (Contract each : all) {
      Contract other = byEvent.put(each.event(), each);
      if (other != null) {
        throw new ContractException(
            "%s: %s has two contracts, %s and %s"
                .formatted(name, each.event(), other.name, each.name));
      }
    }
    return all;
  }

  /** What the event is called. */
  public String event() {
    return terms.event();
  }

  /** The topic it is on. */
  public String topic() {
    return terms.topic();
  }

  /** How many partitions the topic has. */
  public int partitions() {
    return terms.partitions();
  }

  /**
   * The names of the versions of the schema that may be on the topic, the one of today included.
   */
  public SortedSet<String> versions() {
    return new TreeSet<>(schemas.keySet());
  }

  /** The names of the samples, in the order they are written in. */
  public List<String> sampleNames() {
    return samples.stream().map(Sample::name).toList();
  }

  Terms terms() {
    return terms;
  }

  String current() {
    return current;
  }

  PayloadSchema currentSchema() {
    return schema(current);
  }

  PayloadSchema schema(String version) {
    PayloadSchema schema = schemas.get(version);
    if (schema == null) {
      throw new IllegalArgumentException(
          name + " has no version " + version + ", only " + schemas.keySet());
    }
    return schema;
  }

  SortedMap<String, PayloadSchema> schemas() {
    return schemas;
  }

  List<Sample> samples() {
    return samples;
  }

  List<InvalidSample> invalid() {
    return invalid;
  }

  List<Needs> needs() {
    return needs;
  }

  /** The subject of a schema registry that its schemas are under. */
  String subject() {
    return terms.topic() + "-value";
  }

  /** The event, and where the contract is. */
  @Override
  public String toString() {
    return terms.event() + " (" + name + ")";
  }
}
