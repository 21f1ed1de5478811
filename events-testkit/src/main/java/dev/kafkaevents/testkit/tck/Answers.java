package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was answered on each backend to questions whose answers a suite does not know: they are left
 * in {@code target/tck-answers}, a file for each suite and backend, and have to be the same on all
 * backends that one JVM ran it on. A difference that is to be stands in {@code tck-ledger.txt},
 * beside the class that extends the suite, with its reason: {@code a question: why}. An entry
 * without a difference is refused too. Thread-safe.
 */
final class Answers {
  private static final String LEDGER = "tck-ledger.txt";
  private static final Map<Class<?>, Answers> ALL = new ConcurrentHashMap<>();

  /** By backend and question. */
  private final Map<Backend, Map<String, String>> given = new EnumMap<>(Backend.class);

  /** Of one suite on one backend. */
  record Asked(Answers answers, Backend backend) {
    Asked is(String question, Object answer) {
      answers.put(backend, question, answer.toString());
      return this;
    }
  }

  static Asked of(Object suite, TestKafka kafka) {
    return new Asked(ALL.computeIfAbsent(suite.getClass(), type -> new Answers()), kafka.backend());
  }

  private synchronized void put(Backend backend, String question, String answer) {
    given.computeIfAbsent(backend, each -> new TreeMap<>()).put(question, answer);
  }

  /** After each backend; compares as soon as there are two. */
  static void compare(Class<?> suite) {
    Answers answers = ALL.get(suite);
    if (answers != null) {
      answers.write(suite);
      List<String> problems = answers.problems(ledger(suite));
      if (!problems.isEmpty()) {
        throw new AssertionError(
            "%s, %s beside it:%n%s"
                .formatted(suite.getName(), LEDGER, String.join(System.lineSeparator(), problems)));
      }
    }
  }

  synchronized List<String> problems(Map<String, String> ledger) {
    List<String> problems = new ArrayList<>();
    Map<String, Map<Backend, String>> byQuestion = new TreeMap<>();
    given.forEach(
        (backend, answers) ->
            answers.forEach(
                (question, answer) ->
                    byQuestion
                        .computeIfAbsent(question, each -> new EnumMap<>(Backend.class))
                        .put(backend, answer)));
    byQuestion.forEach(
        (question, answers) -> {
          boolean differs = answers.values().stream().distinct().count() > 1;
          if (differs && !ledger.containsKey(question)) {
            problems.add(
                "%s: it differs, and is not in the ledger: %s".formatted(question, answers));
          } else if (!differs && answers.size() > 1 && ledger.containsKey(question)) {
            problems.add("%s: it is in the ledger, and does not differ".formatted(question));
          }
        });
    return problems;
  }

  private synchronized void write(Class<?> suite) {
    try {
      Path directory = Files.createDirectories(Path.of("target", "tck-answers"));
      for (Map.Entry<Backend, Map<String, String>> each : given.entrySet()) {
        Stream<String> lines =
            each.getValue().entrySet().stream().map(line -> line.getKey() + ": " + line.getValue());
        Files.write(
            directory.resolve(suite.getSimpleName() + "-" + each.getKey() + ".txt"),
            lines.toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> ledger(Class<?> suite) {
    try (InputStream in = suite.getResourceAsStream(LEDGER)) {
      return in == null ? Map.of() : parse(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, String> parse(String ledger) {
    Map<String, String> entries = new TreeMap<>();
    for (String line : ledger.lines().filter(each -> !each.isBlank()).toList()) {
      int colon = line.indexOf(": ");
      @Nullable String reason = colon < 0 ? null : line.substring(colon + 2).strip();
      if (reason == null || reason.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has the line \"%s\", must be a question, a colon and a reason"
                .formatted(LEDGER, line));
      }
      entries.put(line.substring(0, colon), reason);
    }
    return entries;
  }
}
