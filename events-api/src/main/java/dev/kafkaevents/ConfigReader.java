package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gathers settings from one place after the other, the later over the earlier, and with them
 * everything that is wrong: with any name, and with each value that is in force. Used by one
 * thread.
 */
final class ConfigReader {
  private static final String EVENTS = "events.";

  private final SortedMap<String, Setting> settings = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  ConfigReader() {
    for (OwnSetting own : OwnSetting.values()) {
      if (own.byDefault != null) {
        put(own.with(own.byDefault, Setting.DEFAULT));
      }
    }
  }

  ConfigReader put(Setting setting) {
    settings.put(setting.name(), setting);
    return this;
  }

  /** Takes every name as meant for us. */
  ConfigReader map(Map<String, String> map) {
    new TreeMap<>(map).forEach((name, value) -> read(name, value, "map"));
    return this;
  }

  /** Takes the variables that are ours, {@code EVENTS_KAFKA_X} over {@code KAFKA_X}. */
  ConfigReader environment(Map<String, String> environment) {
    for (String variable : new TreeSet<>(environment.keySet()).descendingSet()) {
      String name = EnvironmentVariables.settingOf(variable);
      if (name != null) {
        read(name, environment.get(variable), "environment variable " + variable);
      }
    }
    return this;
  }

  /** Takes the properties that are ours. */
  ConfigReader systemProperties(Properties properties) {
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith(EVENTS) || name.startsWith(KafkaKeys.COMMON)) {
        read(name, properties.getProperty(name), "system property");
      }
    }
    return this;
  }

  /**
   * All settings, by name, with the defaults of those that were not set.
   *
   * @throws EventsConfigException with all problems
   */
  SortedMap<String, Setting> settings() {
    for (OwnSetting own : OwnSetting.values()) {
      Setting setting = settings.get(own.dotted);
      if (setting != null) {
        note(own.problem(setting));
      } else if (own != OwnSetting.SOURCE) {
        problems.add(own.missing());
      }
    }
    if (!problems.isEmpty()) {
      throw new EventsConfigException(problems.stream().sorted().toList());
    }
    Setting application = requireNonNull(settings.get(OwnSetting.APPLICATION.dotted));
    settings.putIfAbsent(
        OwnSetting.SOURCE.dotted, OwnSetting.SOURCE.with(application.value(), Setting.DEFAULT));
    return settings;
  }

  private void read(String name, @Nullable String value, String source) {
    if (value == null) {
      String title = new Setting(name, "", source).title();
      problems.add(title + " is null; give it a value, or leave it out");
      return;
    }
    Setting setting = new Setting(name, value, source);
    put(setting);
    if (OwnSetting.of(name) == null) {
      note(
          name.startsWith(KafkaKeys.COMMON)
              ? KafkaKeys.problem(setting)
              : UnknownName.problem(setting));
    }
  }

  private void note(@Nullable String problem) {
    if (problem != null) {
      problems.add(problem);
    }
  }
}
