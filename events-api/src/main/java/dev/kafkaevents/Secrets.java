package dev.kafkaevents;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes settings fit to be printed: secrets are masked, and nothing breaks the line. When in doubt,
 * masked.
 */
final class Secrets {
  private static final String MASK = "****";

  /** What the name of a secret has in it, without the dots, dashes and underscores. */
  private static final List<String> TELLING =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "secret",
          "jaas",
          "token",
          "credential",
          "userinfo",
          "privatekey",
          "keystorekey");

  /** What the value of a secret has in it, when it came under a name that does not tell. */
  private static final Pattern TELLING_VALUE =
      Pattern.compile(
          "(password|passwd|passphrase|secret|token|credential|key)[\"']?\\s*[=:]|private key",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /**
   * The value, or asterisks in place of all that may be secret: in {@code user:password@host}, up
   * to the {@code @}.
   */
  static String masked(String name, String value) {
    if (isSecret(name) || TELLING_VALUE.matcher(value).find()) {
      return MASK;
    }
    int at = value.lastIndexOf('@');
    return printable(at < 0 ? value : MASK + value.substring(at));
  }

  /** A part of {@code value}, or asterisks if any of the value may be secret. */
  static String part(String value, String part) {
    return masked("", value).startsWith(MASK) ? MASK : printable(part);
  }

  /** On one line: control characters as {@code \}{@code u000a}. */
  static String printable(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (char c : text.toCharArray()) {
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static boolean isSecret(String name) {
    String letters = name.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
    return letters.endsWith("key") || TELLING.stream().anyMatch(letters::contains);
  }
}
