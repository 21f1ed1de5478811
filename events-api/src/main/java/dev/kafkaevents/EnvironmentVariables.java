package dev.kafkaevents;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which setting an environment variable stands for. Variables that merely look like one must do no
 * harm: next to a service called {@code kafka}, container platforms add {@code KAFKA_PORT=tcp://…}
 * and more of the kind.
 */
final class EnvironmentVariables {
  private static final String OURS = "EVENTS_";
  private static final String OURS_FOR_KAFKA = "EVENTS_KAFKA_";

  /** The only ones that are read without our prefix. */
  private static final Pattern STANDARD =
      Pattern.compile(
          "KAFKA_(BOOTSTRAP_SERVERS|SECURITY_PROTOCOL|CLIENT_RACK|(SASL|SSL)_[A-Z0-9_]+)");

  /** What Kubernetes and Docker tell about a service in the neighbourhood. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ".+_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

  private EnvironmentVariables() {}

  /**
   * The dotted name of the setting, be it known or not; null if the variable is somebody else's.
   */
  static @Nullable String settingOf(String variable) {
    if (SERVICE_LINK.matcher(variable).matches()) {
      return null;
    }
    if (variable.startsWith(OURS_FOR_KAFKA)) {
      return lower(variable.substring(OURS.length())).replace('_', '.');
    }
    if (variable.startsWith(OURS)) {
      return "events." + lower(variable.substring(OURS.length())).replace('_', '-');
    }
    return STANDARD.matcher(variable).matches() ? lower(variable).replace('_', '.') : null;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
