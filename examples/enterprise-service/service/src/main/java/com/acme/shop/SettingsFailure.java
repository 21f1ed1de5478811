package com.acme.shop;

import dev.kafkaevents.EventsConfigException;
import java.util.List;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Shows all that is wrong with the settings in place of a stack trace, and no values: of a name
 * that it does not know Spring Boot itself would show the value, be it a secret.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SettingsFailure implements FailureAnalyzer {
  @Override
  public FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EventsConfigException wrong) {
        return analysis(wrong.problems(), wrong);
      }
      if (cause instanceof UnboundConfigurationPropertiesException unknown) {
        return analysis(
            unknown.getUnboundProperties().stream()
                .map(property -> property.getName() + " is not a setting")
                .toList(),
            unknown);
      }
    }
    return null;
  }

  private static FailureAnalysis analysis(List<String> problems, Throwable cause) {
    return new FailureAnalysis(
        "These settings can't be used:\n\n  - " + String.join("\n  - ", problems),
        "Change them. What Kafka Events calls 'kafka.' is 'events.kafka.' here.",
        cause);
  }
}
