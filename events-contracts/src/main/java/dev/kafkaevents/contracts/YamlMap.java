package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A mapping in a YAML file, read strictly: whatever is wrong is told with its file and line. */
final class YamlMap {
  private final String file;
  private final String path;
  private final Node node;
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Map<String, Node> values = new LinkedHashMap<>();

  private YamlMap(String file, String path, Node node) {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!(node instanceof MappingNode mapping)) {
      throw wrong(node, described(path) + " is " + kind(node) + ", must be a mapping");
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode(), "a key of " + described(path));
      if (keys.put(key, tuple.getKeyNode()) != null) {
        throw wrong(tuple.getKeyNode(), path + key + " is there twice");
      }
      values.put(key, tuple.getValueNode());
    }
  }

  /** The document in {@code bytes}, which came from {@code file}. */
  static YamlMap parse(String file, byte[] bytes) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file).build();
      StreamReader reader = new StreamReader(settings, new String(bytes, UTF_8));
      Node root =
          new Composer(settings, new ParserImpl(settings, reader))
              .getSingleNode()
              .orElseThrow(() -> new ContractException(file + ": is empty"));
      return new YamlMap(file, "", root);
    } catch (YamlEngineException e) {
      throw new ContractException(file + ": is not YAML: " + e.getMessage(), e);
    }
  }

  /** Refuses all other keys. */
  YamlMap only(String... allowed) {
    for (String key : keys.keySet()) {
      if (!Arrays.asList(allowed).contains(key)) {
        throw wrong(
            keys.get(key),
            path + key + " is not a key here; allowed are " + String.join(", ", allowed));
      }
    }
    return this;
  }

  Set<String> keys() {
    return keys.keySet();
  }

  boolean has(String key) {
    return keys.containsKey(key);
  }

  String text(String key) {
    String text = optionalText(key);
    if (text == null) {
      throw wrong(node, path + key + " is missing");
    }
    return text;
  }

  @Nullable String optionalText(String key) {
    Node value = values.get(key);
    if (value == null) {
      return null;
    }
    String text = scalar(value, path + key);
    if (text.isBlank()) {
      throw wrong(value, path + key + " is empty");
    }
    return text;
  }

  int number(String key, int least, int most) {
    String text = text(key);
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong(key, "is " + text + ", must be a whole number from " + least + " to " + most);
  }

  boolean flag(String key, boolean otherwise) {
    String text = optionalText(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.equals("true") && !text.equals("false")) {
      throw wrong(key, "is " + text + ", must be true or false");
    }
    return text.equals("true");
  }

  /** One of an enum's constants, in lower case and with hyphens unless {@code asIs}. */
  <E extends Enum<E>> E choice(String key, E[] allowed, boolean asIs) {
    String text = text(key);
    List<String> names = new ArrayList<>();
    for (E each : allowed) {
      String name = asIs ? each.name() : each.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return each;
      }
      names.add(name);
    }
    throw wrong(key, "is " + text + ", must be one of " + String.join(", ", names));
  }

  YamlMap map(String key) {
    Node value = values.get(key);
    if (value == null) {
      throw wrong(node, path + key + " is missing");
    }
    return new YamlMap(file, path + key + ".", value);
  }

  @Nullable YamlMap optionalMap(String key) {
    return values.containsKey(key) ? map(key) : null;
  }

  /** Empty if it is not there. */
  List<String> texts(String key) {
    Node value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof SequenceNode sequence)) {
      throw wrong(value, path + key + " is " + kind(value) + ", must be a list");
    }
    List<String> texts = new ArrayList<>();
    for (Node each : sequence.getValue()) {
      String text = scalar(each, "an entry of " + path + key);
      if (texts.contains(text)) {
        throw wrong(each, path + key + " has " + text + " twice");
      }
      texts.add(text);
    }
    return texts;
  }

  /** What to throw about the value of {@code key}. */
  ContractException wrong(String key, String what) {
    return wrong(values.getOrDefault(key, node), path + key + " " + what);
  }

  private String scalar(Node value, String what) {
    if (value instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw wrong(value, what + " is " + kind(value) + ", must be a text");
  }

  private ContractException wrong(@Nullable Node at, String what) {
    String line =
        at == null ? "" : at.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    return new ContractException(file + line + ": " + what);
  }

  private static String described(String path) {
    return path.isEmpty() ? "the document" : path.substring(0, path.length() - 1);
  }

  private static String kind(Node node) {
    return node instanceof MappingNode
        ? "a mapping"
        : node instanceof SequenceNode ? "a list" : "a text";
  }
}
