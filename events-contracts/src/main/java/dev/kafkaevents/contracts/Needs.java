package dev.kafkaevents.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fields of an event that one consumer can't do without, as found by leaving them out of the
 * samples. Kept beside the contract, so that a change of the schema says whom it breaks.
 */
public final class Needs {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/*-]+");
  private static final String SUFFIX = ".needs.yaml";

  private final String consumer;
  private final String event;
  private final SortedMap<String, Set<Loss>> fields;

  Needs(String consumer, String event, SortedMap<String, Set<Loss>> fields) {
    this.consumer = consumer;
    this.event = event;
    this.fields = fields;
  }

  static String requireLegalName(String consumer) {
    if (!NAME.matcher(consumer).matches()) {
      throw new IllegalArgumentException(
          "consumer \""
              + consumer
              + "\" can't be the name of a file: A-Z a-z 0-9 . _ - are allowed");
    }
    return consumer;
  }

  /** As {@link #text} has written it. */
  static Needs read(ContractFiles files, String path) {
    String file = files.called(path);
    YamlMap yaml = YamlMap.parse(file, files.require(path, "")).only("consumer", "event", "needs");
    String consumer = yaml.text("consumer");
    if (!path.equals(path(consumer))) {
      throw yaml.wrong("consumer", "is " + consumer + ", must be as the file is called");
    }
    SortedMap<String, Set<Loss>> fields = new TreeMap<>();
    YamlMap needs = yaml.map("needs");
    for (String field : needs.keys()) {
      Set<Loss> losses = EnumSet.noneOf(Loss.class);
      for (String each : needs.texts(field)) {
        switch (each) {
          case "absent" -> losses.add(Loss.ABSENT);
          case "null" -> losses.add(Loss.NULL);
          default -> throw needs.wrong(field, "has " + each + ", must be of absent, null");
        }
      }
      fields.put(field, losses);
    }
    return new Needs(consumer, yaml.text("event"), fields);
  }

  /** Where it is in the directory of a contract. */
  private static String path(String consumer) {
    return "consumers/" + consumer + SUFFIX;
  }

  /** Who needs them. */
  public String consumer() {
    return consumer;
  }

  /** The fields, as JSON pointers in which {@code *} stands for each element of an array. */
  public Set<String> fields() {
    return Set.copyOf(fields.keySet());
  }

  SortedMap<String, Set<Loss>> losses() {
    return fields;
  }

  String event() {
    return event;
  }

  /** Whether it can't do without {@code field}, or something in it. */
  boolean need(String field, Loss loss) {
    return fields.entrySet().stream()
        .anyMatch(
            each ->
                each.getValue().contains(loss)
                    && (each.getKey().equals(field) || each.getKey().startsWith(field + "/")));
  }

  boolean isSameAs(Needs other) {
    return text().equals(other.text());
  }

  /**
   * Writes {@code consumers/<consumer>.needs.yaml} into the directory of a contract, over what was
   * there; returns the file.
   */
  public Path writeInto(Path contract) {
    Path file = contract.resolve(path(consumer));
    try {
      Files.createDirectories(file.resolveSibling("."));
      return Files.writeString(file, text());
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }

  /** The text of the file; the same for the same needs. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("# What this consumer can't do without, found by leaving it out of the samples.\n");
    text.append("consumer: ").append(consumer).append('\n');
    text.append("event: ").append(event).append('\n');
    text.append(fields.isEmpty() ? "needs: {}\n" : "needs:\n");
    fields.forEach(
        (field, losses) ->
            text.append("  ")
                .append(PLAIN.matcher(field).matches() ? field : quoted(field))
                .append(
                    losses.stream()
                        .map(
                            loss ->
                                loss == Loss.NULL
                                    ? "\"null\""
                                    : loss.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ", ": [", "]\n"))));
    return text.toString();
  }

  private static String quoted(String field) {
    return '"' + field.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** The text of the file. */
  @Override
  public String toString() {
    return text();
  }
}
