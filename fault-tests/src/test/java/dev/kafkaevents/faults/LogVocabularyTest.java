package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lines that are logged are those of the table in the docs, with its keys and levels. */
class LogVocabularyTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern STATEMENT =
      Pattern.compile("LOG\\s*\\.at(Level\\(.*?Level\\.)?(\\w+)(.*?)\\.log\\(", Pattern.DOTALL);
  private static final Pattern PAIR = Pattern.compile("\\.addKeyValue\\(\\s*\"(\\w+)\"");
  private static final Pattern EVENT =
      Pattern.compile("\\.addKeyValue\\(\\s*\"event\",\\s*\"(\\w+)\"");
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| ((?:`\\w+` ?)*)\\|.*");
  private static final Pattern WITHOUT_PAIRS =
      Pattern.compile("\\b(?:LOG|log|logger)\\s*\\.(error|warn|info|debug)\\(");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .filter(module -> module.getFileName().toString().startsWith("events-"))
          .filter(module -> !module.getFileName().toString().startsWith("events-testkit"))
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(LogVocabularyTest::javaIn)
          .toList();
    }
  }

  private static Stream<Path> javaIn(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> logged() throws IOException {
    Map<String, String> lines = new TreeMap<>();
    for (Path source : sources()) {
      Matcher statement = STATEMENT.matcher(Files.readString(source));
      while (statement.find()) {
        String pairs = statement.group(3);
        Matcher event = EVENT.matcher(pairs);
        assertThat(event.find()).as("%s in %s has an event", statement.group(), source).isTrue();
        Set<String> keys =
            PAIR.matcher(pairs)
                .results()
                .map(pair -> pair.group(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        keys.remove("event");
        String line = statement.group(2).toLowerCase(Locale.ROOT) + " " + keys;
        String other = lines.put(event.group(1), line);
        assertThat(other).as("%s elsewhere", event.group(1)).isIn(null, line);
      }
    }
    return lines;
  }

  private static Map<String, String> documented() throws IOException {
    Map<String, String> lines = new TreeMap<>();
    for (String row : Files.readAllLines(ROOT.resolve("docs/observability/logs.md"))) {
      Matcher matcher = ROW.matcher(row);
      if (matcher.matches()) {
        List<String> keys = Stream.of(matcher.group(3).replace("`", "").trim().split(" ")).toList();
        lines.put(matcher.group(1), matcher.group(2) + " " + keys);
      }
    }
    return lines;
  }

  @Test
  void whatIsLogged_isWhatTheTableSays() throws IOException {
    assertThat(logged()).hasSizeGreaterThan(20).isEqualTo(documented());
  }

  @Test
  void noLineIsWithoutPairs_butThoseForWhoeverTraces() throws IOException {
    Set<String> without = new TreeSet<>();
    for (Path source : sources()) {
      if (WITHOUT_PAIRS.matcher(Files.readString(source)).find()) {
        without.add(source.getFileName().toString());
      }
    }
    assertThat(without).isEmpty();
  }
}
