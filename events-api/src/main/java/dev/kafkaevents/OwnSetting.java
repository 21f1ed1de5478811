package dev.kafkaevents;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings that are ours: a closed set. All other settings are Kafka's. */
enum OwnSetting {
  APPLICATION("events.application", null, ConfigValues::application),
  SOURCE("events.source", null, ConfigValues::source),
  PUBLISH_TIMEOUT("events.publish-timeout", "2m", ConfigValues::timeout),
  START_TIMEOUT("events.start-timeout", "30s", ConfigValues::timeout),
  CLOSE_TIMEOUT("events.close-timeout", "30s", ConfigValues::timeoutOrZero),
  BOOTSTRAP_SERVERS("kafka.bootstrap.servers", null, ConfigValues::servers);

  final String dotted;

  /**
   * What it is unless it is set; null if it must be, or for the source, which then is the
   * application.
   */
  final @Nullable String byDefault;

  private final Function<String, @Nullable String> check;

  OwnSetting(String dotted, @Nullable String byDefault, Function<String, @Nullable String> check) {
    this.dotted = dotted;
    this.byDefault = byDefault;
    this.check = check;
  }

  static @Nullable OwnSetting of(String name) {
    return Arrays.stream(values()).filter(own -> own.dotted.equals(name)).findFirst().orElse(null);
  }

  static List<String> names() {
    return Arrays.stream(values()).map(own -> own.dotted).toList();
  }

  Setting with(String value, String source) {
    return new Setting(dotted, value, source);
  }

  /** What is wrong with the value of {@code setting}, as one line; null if nothing is. */
  @Nullable String problem(Setting setting) {
    String mustBe = check.apply(setting.value());
    return mustBe == null ? null : setting.problem(mustBe);
  }

  /** The line that says it is missing, and each way to set it. */
  String missing() {
    String variable = dotted.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    return ("%s is not set, and has no default; set it in the map, or for EventsConfig.load as the"
            + " environment variable %s or the system property %s")
        .formatted(dotted, variable, dotted);
  }
}
