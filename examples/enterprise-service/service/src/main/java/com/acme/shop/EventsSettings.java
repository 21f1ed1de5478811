package com.acme.shop;

import dev.kafkaevents.EventsConfig;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is below {@code events} in the settings of the application. A name that is not here is
 * refused; what the values are is for {@link EventsConfig} to judge.
 */
@ConfigurationProperties(prefix = "events", ignoreUnknownFields = false)
record EventsSettings(
    String application,
    String source,
    String publishTimeout,
    String startTimeout,
    String closeTimeout,
    @DefaultValue Map<String, String> kafka) {

  /** All that is wrong is in one exception. */
  EventsConfig toConfig() {
    Map<String, String> settings = new HashMap<>();
    settings.put("events.application", application);
    settings.put("events.source", source);
    settings.put("events.publish-timeout", publishTimeout);
    settings.put("events.start-timeout", startTimeout);
    settings.put("events.close-timeout", closeTimeout);
    settings.values().removeIf(value -> value == null);
    kafka.forEach((key, value) -> settings.put("kafka." + key, value));
    return EventsConfig.from(settings);
  }
}
