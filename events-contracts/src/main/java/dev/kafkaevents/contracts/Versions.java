package dev.kafkaevents.contracts;

import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The order of versions: numbers in them count as numbers, so that v10 comes after v9. */
final class Versions {
  static final Comparator<String> ORDER = Versions::compare;

  private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

  private Versions() {}

  private static int compare(String one, String other) {
    List<String> ones = parts(one);
    List<String> others = parts(other);
    for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
      int order = compareParts(ones.get(i), others.get(i));
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(ones.size(), others.size());
    return order != 0 ? order : one.compareTo(other);
  }

  private static int compareParts(String one, String other) {
    if (!Character.isDigit(one.charAt(0)) || !Character.isDigit(other.charAt(0))) {
      return one.compareTo(other);
    }
    String a = one.replaceFirst("^0+", "");
    String b = other.replaceFirst("^0+", "");
    return a.length() == b.length() ? a.compareTo(b) : Integer.compare(a.length(), b.length());
  }

  private static List<String> parts(String version) {
    return PART.matcher(version).results().map(MatchResult::group).toList();
  }
}
