package dev.kafkaevents.docs;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import dev.kafkaevents.SubscribeOptions;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What can be set, as Markdown: asked of {@link EventsConfig}, {@link SubscribeOptions} and the
 * clients that events make, and described by the Javadoc of the methods.
 */
final class ConfigurationReference {
  private static final EventsConfig CONFIG = EventsConfig.of("shop", "localhost:9092");
  private static final SubscribeOptions OPTIONS = SubscribeOptions.group("billing");
  private static final Path API = Page.ROOT.resolve("events-api/src/main/java/dev/kafkaevents");

  /** Why a default of ours is not Kafka's. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("max.block.ms", "callers of `publish` are not held for a minute"),
          Map.entry(
              "metadata.recovery.strategy",
              "an outage must not make it forget its topics: callers would be held again"),
          Map.entry(
              "auto.offset.reset", "a new group misses nothing; `none` stops instead of starting"),
          Map.entry("isolation.level", "what was aborted was never published"),
          Map.entry("allow.auto.create.topics", "a misspelt topic is an error, and not a topic"),
          Map.entry(
              "partition.assignment.strategy",
              "a rebalance takes from a member only what moves; not sent with `group.protocol=consumer`"),
          Map.entry("default.api.timeout.ms", "the start time-out"),
          Map.entry("request.timeout.ms", "the start time-out"));

  private ConfigurationReference() {}

  static List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.addAll(ours());
    lines.addAll(subscriptions());
    lines.addAll(clients());
    lines.addAll(refused());
    lines.add("");
    return lines;
  }

  // EventsConfig.

  private static List<String> ours() {
    Map<String, String> javadoc = javadoc("EventsConfig");
    List<String> rows = new ArrayList<>();
    CONFIG
        .describe()
        .lines()
        .forEach(
            line -> {
              Matcher setting = matching("(\\S+) = (.*) \\((\\w+)\\)", line);
              String name = setting.group(1);
              String method = "with" + camelCase(name.substring(name.lastIndexOf('.') + 1));
              boolean required = !javadoc.containsKey(method);
              rows.add(
                  row(
                      code(name),
                      code("EVENTS_" + upper(name.replaceFirst("^events\\.", ""))),
                      required ? "`EventsConfig.of`" : code(method),
                      required
                          ? "required"
                          : name.endsWith("source") ? "the application" : setting.group(2),
                      required ? what(name) : javadoc.get(method)));
            });
    return table(
        "Of the application",
        List.of("name", "environment", "in code", "unless set", "what"),
        rows);
  }

  private static String what(String required) {
    return switch (required) {
      case "events.application" ->
          "What the application is called: letters, digits, `.`, `_` and `-`.";
      case "kafka.bootstrap.servers" ->
          "`host:port`, or several with commas between. `KAFKA_BOOTSTRAP_SERVERS` does as well.";
      default -> throw new IllegalStateException("nobody has said what " + required + " is");
    };
  }

  // SubscribeOptions.

  private static List<String> subscriptions() {
    List<String> rows = new ArrayList<>();
    javadoc("SubscribeOptions")
        .forEach(
            (method, what) -> {
              String accessor =
                  method.substring(4, 5).toLowerCase(Locale.ROOT) + method.substring(5);
              rows.add(row(code(method), shown(valueOf(accessor)), what));
            });
    return table("Of a subscription", List.of("`SubscribeOptions`", "unless set", "what"), rows);
  }

  private static Object valueOf(String accessor) {
    try {
      Method method = SubscribeOptions.class.getMethod(accessor);
      return method.invoke(OPTIONS);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String shown(Object value) {
    if (value == null) {
      return "none";
    }
    if (value instanceof Duration duration) {
      return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
    if (value instanceof Number number) {
      return "%,d".formatted(number.longValue());
    }
    return code(value.toString());
  }

  // Kafka's clients.

  private static List<String> clients() {
    CapturedClients captured = CapturedClients.of(CONFIG);
    List<String> rows = new ArrayList<>();
    rows.addAll(differing("producer", captured.producer(), ProducerConfig.configDef()));
    rows.addAll(differing("consumer", captured.consumer(), ConsumerConfig.configDef()));
    rows.addAll(differing("admin", captured.admin(), AdminClientConfig.configDef()));
    return table(
        "Where our clients differ from Kafka's",
        List.of("client", "key", "ours", "Kafka's", "why"),
        rows);
  }

  private static List<String> differing(String client, Map<String, Object> ours, ConfigDef def) {
    Map<String, String> refused = refusals();
    List<String> rows = new ArrayList<>();
    new TreeMap<>(ours)
        .forEach(
            (key, value) -> {
              ConfigDef.ConfigKey known = def.configKeys().get(key);
              String own = shownTo(known, value);
              String kafkas = known.hasDefault() ? shownTo(known, known.defaultValue) : "";
              if (own.equals(kafkas) || refused.containsKey(key) || key.equals("client.id")) {
                return;
              }
              String why =
                  Objects.requireNonNull(REASONS.get(key), "nobody has said why we set " + key);
              rows.add(row(client, code(key), code(own), code(kafkas), why));
            });
    return rows;
  }

  private static String shownTo(ConfigDef.ConfigKey key, Object value) {
    String text =
        value instanceof String asWritten
            ? asWritten
            : String.valueOf(ConfigDef.convertToString(value, key.type));
    return text.replaceAll("(?:class )?(?:\\w+\\.)+(?=[A-Z])", "").replaceAll(",(?=\\S)", ", ");
  }

  private static List<String> refused() {
    List<String> rows = new ArrayList<>();
    refusals().forEach((key, reason) -> rows.add(row(code(key), reason)));
    return table("Refused", List.of("Kafka's key", "why, and what to do"), rows);
  }

  /** What the application may not set, whichever way it tries, with what it is told. */
  private static Map<String, String> refusals() {
    List<BiFunction<String, String, EventsConfig>> ways =
        List.of(CONFIG::withKafka, CONFIG::withProducer, CONFIG::withConsumer, CONFIG::withAdmin);
    TreeSet<String> keys = new TreeSet<>(ProducerConfig.configNames());
    keys.addAll(ConsumerConfig.configNames());
    keys.addAll(AdminClientConfig.configNames());
    Map<String, String> refused = new TreeMap<>();
    for (String key : keys) {
      for (BiFunction<String, String, EventsConfig> way : ways) {
        try {
          Objects.requireNonNull(way.apply(key, "x"));
        } catch (EventsConfigException e) {
          refused.put(key, matching("(?s).*must not be set: (.*)", e.problems().get(0)).group(1));
        }
      }
    }
    return refused;
  }

  // Words.

  /**
   * What is said of each {@code withX} of {@code type} that has no key, in the order of the file.
   */
  private static Map<String, String> javadoc(String type) {
    String source = String.join("\n", Page.linesOf(API.resolve(type + ".java")));
    Matcher matcher =
        Pattern.compile(
                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+public " + type + " (with\\w+)\\((\\w+) \\w+\\)",
                Pattern.DOTALL)
            .matcher(source);
    Map<String, String> javadoc = new LinkedHashMap<>();
    while (matcher.find()) {
      javadoc.put(matcher.group(2), plain(matcher.group(1)));
    }
    return javadoc;
  }

  private static String plain(String javadoc) {
    return javadoc
        .replaceAll("\\n\\s*\\*", " ")
        .replaceAll("(?s)\\s+@param \\w+ (.*)", " It is $1")
        .replaceAll("\\s+", " ")
        .replaceAll("\\{@code ([^}]*)}", "`$1`")
        .replaceAll("\\{@link #?(\\w+)}", "`$1`")
        .replaceAll("\\{@link (\\w+)#(\\w+)}", "`$1.$2`")
        .replaceFirst("^ ?With the ", "The ")
        .replaceFirst(" Default: [^.]*\\.", "")
        .strip();
  }

  private static List<String> table(String title, List<String> head, List<String> rows) {
    List<String> lines = new ArrayList<>(List.of("", "## " + title, ""));
    lines.add(row(head.toArray(String[]::new)));
    lines.add(row(head.stream().map(each -> "---").toArray(String[]::new)));
    lines.addAll(rows);
    return lines;
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", Arrays.asList(cells)) + " |";
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String upper(String name) {
    return name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static String camelCase(String dashed) {
    return Pattern.compile("(?:^|-)(\\w)")
        .matcher(dashed)
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  private static Matcher matching(String regex, String text) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException(text + " is not as it was when this was written");
    }
    return matcher;
  }
}
