package dev.kafkaevents.contracts;

import dev.kafkaevents.Topic;
import dev.kafkaevents.contracts.Contract.Cleanup;
import dev.kafkaevents.contracts.Contract.Format;
import dev.kafkaevents.contracts.Contract.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Reads a contract, and refuses whatever is wrong with it. */
final class ContractReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

  private final ContractFiles files;

  /** Files that something refers to. */
  private final Set<String> used = new LinkedHashSet<>();

  private ContractReader(ContractFiles files) {
    this.files = files;
  }

  static Contract read(ContractFiles files) {
    return new ContractReader(files).read();
  }

  private Contract read() {
    YamlMap yaml =
        YamlMap.parse(files.called(ContractFiles.CONTRACT), file(ContractFiles.CONTRACT, ""))
            .only(
                "event",
                "owner",
                "topic",
                "key",
                "headers",
                "payload",
                "compatibility",
                "samples",
                "invalid",
                "acknowledged");
    YamlMap payload = yaml.map("payload").only("format", "current", "readable");
    Terms terms = terms(yaml, payload);
    String current = payload.text("current");
    SortedMap<String, PayloadSchema> schemas = schemas(payload, terms.format(), current);
    List<Sample> samples = samples(yaml, terms, schemas, current);
    for (String version : schemas.keySet()) {
      if (samples.stream().noneMatch(sample -> sample.version().equals(version))) {
        throw yaml.wrong(
            "samples", "has none of version " + version + ", so nothing of that version is tried");
      }
    }
    List<InvalidSample> invalid = invalid(yaml);
    List<Needs> needs = needs(terms.event());
    requireNoOthers();
    return new Contract(files.name(), terms, current, schemas, samples, invalid, needs);
  }

  private static Terms terms(YamlMap yaml, YamlMap payload) {
    YamlMap topic = yaml.map("topic").only("name", "partitions", "cleanup");
    return new Terms(
        yaml.text("event"),
        yaml.optionalText("owner"),
        topicName(topic),
        topic.number("partitions", 1, 100_000),
        topic.has("cleanup") ? topic.choice("cleanup", Cleanup.values(), false) : Cleanup.DELETE,
        key(yaml),
        headers(yaml),
        payload.choice("format", Format.values(), false),
        yaml.choice("compatibility", Compatibility.values(), true),
        yaml.texts("acknowledged"));
  }

  private static String topicName(YamlMap topic) {
    try {
      return Topic.of(topic.text("name"), byte[].class).name();
    } catch (IllegalArgumentException e) {
      throw topic.wrong("name", "is wrong: " + e.getMessage());
    }
  }

  private static @Nullable KeyRule key(YamlMap yaml) {
    if (!yaml.has("key")) {
      throw yaml.wrong("key", "is missing; events without a key say so: key: {from: none}");
    }
    YamlMap key = yaml.map("key").only("from", "format");
    String from = key.text("from");
    if (from.equals("none")) {
      if (key.has("format")) {
        throw key.wrong("format", "is of a key that is none");
      }
      return null;
    }
    try {
      return new KeyRule(JsonPointer.compile(from), format(key));
    } catch (IllegalArgumentException e) {
      throw key.wrong(
          "from", "is " + from + ", must be none, or point to a field, such as /orderId");
    }
  }

  private static ValueFormat format(YamlMap yaml) {
    return yaml.has("format")
        ? yaml.choice("format", ValueFormat.values(), false)
        : ValueFormat.TEXT;
  }

  private static Map<String, HeaderRule> headers(YamlMap yaml) {
    Map<String, HeaderRule> rules = new LinkedHashMap<>();
    YamlMap headers = yaml.optionalMap("headers");
    if (headers != null) {
      for (String name : headers.keys()) {
        YamlMap header = headers.map(name).only("required", "format", "equals", "example");
        HeaderRule rule =
            new HeaderRule(
                header.flag("required", true),
                format(header),
                header.optionalText("equals"),
                header.optionalText("example"));
        if (!rule.accepts(rule.sampleValue())) {
          throw header.wrong(
              header.has("example") ? "example" : "equals",
              "is not what the header must be: " + rule.allowed());
        }
        rules.put(name, rule);
      }
    }
    return rules;
  }

  private SortedMap<String, PayloadSchema> schemas(YamlMap payload, Format format, String current) {
    List<String> versions = new ArrayList<>(payload.texts("readable"));
    if (versions.contains(current)) {
      throw payload.wrong("readable", "has " + current + ", which is the current one anyway");
    }
    versions.add(current);
    SortedMap<String, PayloadSchema> schemas = new TreeMap<>(Versions.ORDER);
    for (String version : versions) {
      requireName(payload, version.equals(current) ? "current" : "readable", version);
      String path = "schema/" + version + (format == Format.JSON ? ".json" : ".avsc");
      byte[] bytes = file(path, "version " + version + " of the payload is to be there");
      schemas.put(
          version,
          format == Format.JSON
              ? JsonPayload.parse(bytes, files.called(path))
              : AvroPayload.parse(bytes, files.called(path)));
    }
    return schemas;
  }

  private List<Sample> samples(
      YamlMap yaml, Terms terms, Map<String, PayloadSchema> schemas, String current) {
    YamlMap samples = yaml.map("samples");
    if (samples.keys().isEmpty()) {
      throw yaml.wrong("samples", "has none; a contract without a sample proves nothing");
    }
    List<Sample> read = new ArrayList<>();
    for (String name : samples.keys()) {
      requireName(samples, name, name);
      YamlMap sample = samples.map(name).only("schema", "produced");
      String version = sample.has("schema") ? sample.text("schema") : current;
      PayloadSchema schema = schemas.get(version);
      if (schema == null) {
        throw sample.wrong(
            "schema", "is " + version + ", must be one of " + String.join(", ", schemas.keySet()));
      }
      boolean produced = sample.flag("produced", version.equals(current));
      if (produced && !version.equals(current)) {
        throw sample.wrong(
            "produced", "is true, but what is written today is " + current + ", not " + version);
      }
      String path = "samples/" + name + ".json";
      JsonNode value =
          Json.parse(file(path, "sample " + name + " is to be there"), files.called(path));
      List<Problem> problems = schema.problems(value);
      if (!problems.isEmpty()) {
        throw new ContractException(
            files.called(path) + ": is not valid in " + version + ": " + problems.get(0));
      }
      requireKey(terms, value, path);
      read.add(new Sample(name, version, produced, value));
    }
    if (read.stream().noneMatch(Sample::produced)) {
      throw yaml.wrong("samples", "has none that is produced, so no publisher could be judged");
    }
    return read;
  }

  private void requireKey(Terms terms, JsonNode value, String path) {
    KeyRule rule = terms.key();
    if (rule != null) {
      String key = rule.keyOf(value);
      if (key == null || !rule.format().accepts(key)) {
        throw new ContractException(
            "%s: has %s at %s, where its key comes from, must be of format %s"
                .formatted(
                    files.called(path),
                    key == null ? "no text or number" : "something else",
                    rule.from(),
                    rule.format().written()));
      }
    }
  }

  private List<InvalidSample> invalid(YamlMap yaml) {
    YamlMap invalid = yaml.optionalMap("invalid");
    if (invalid == null) {
      return List.of();
    }
    List<InvalidSample> read = new ArrayList<>();
    for (String name : invalid.keys()) {
      requireName(invalid, name, name);
      YamlMap each = invalid.map(name).only("ends", "cause");
      Ending ends = each.choice("ends", Ending.values(), false);
      if (ends == Ending.HANDLED) {
        throw each.wrong("ends", "is handled, but then it would not be invalid");
      }
      String cause = each.optionalText("cause");
      if (cause != null && ends == Ending.SKIPPED) {
        throw each.wrong("cause", "is not known of what is skipped");
      }
      byte[] bytes = file(invalidPath(name), "invalid sample " + name + " is to be there");
      read.add(new InvalidSample(name, bytes, ends, cause));
    }
    return read;
  }

  /** They may be anything, so any ending will do. */
  private String invalidPath(String name) {
    String start = "samples/invalid/" + name;
    return files.byPath().keySet().stream()
        .filter(path -> path.equals(start) || path.matches(Pattern.quote(start) + "\\.[a-z]+"))
        .findFirst()
        .orElse(start + ".json");
  }

  private List<Needs> needs(String event) {
    List<Needs> all = new ArrayList<>();
    for (String file : files.below("consumers")) {
      String path = "consumers/" + file;
      if (file.endsWith(".needs.yaml")) {
        used.add(path);
        Needs needs = Needs.read(files, path);
        if (!needs.event().equals(event)) {
          throw new ContractException(
              files.called(path) + ": is about " + needs.event() + ", must be about " + event);
        }
        all.add(needs);
      }
    }
    return all;
  }

  private void requireNoOthers() {
    for (String directory : Arrays.asList("schema", "samples", "consumers")) {
      for (String file : files.below(directory)) {
        if (!used.contains(directory + "/" + file)) {
          throw new ContractException(
              files.called(directory + "/" + file)
                  + ": nothing in "
                  + ContractFiles.CONTRACT
                  + " refers to it; name it there, or remove it");
        }
      }
    }
  }

  private static void requireName(YamlMap yaml, String key, String name) {
    if (!NAME.matcher(name).matches()) {
      throw yaml.wrong(key, "is " + name + ", must be of A-Z a-z 0-9 . _ -");
    }
  }

  private byte[] file(String path, String whatFor) {
    used.add(path);
    return files.require(path, whatFor);
  }
}
