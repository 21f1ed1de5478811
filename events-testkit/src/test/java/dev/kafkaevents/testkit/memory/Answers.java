package dev.kafkaevents.testkit.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Asks a Kafka all questions there are, and compares its answers with those written down from a
 * real broker. Both kinds of Kafka are held to the same file, and so to each other. What was
 * answered this time is left in {@code target}; {@code answers-*.txt} is replaced by it by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Answers {
  private static final int AT_ONCE = 12; // Most questions wait most of the time.

  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

  /** Where one question is asked. To be closed after it. */
  abstract Lab lab(boolean groupsOfTheBroker);

  abstract String name();

  /**
   * How often it is asked before it is believed to answer otherwise. On a busy machine members come
   * late, and a broker takes another of the courses that it may take.
   */
  abstract int times();

  @AfterAll
  void stop() {
    threads.shutdownNow();
  }

  @TestFactory
  List<DynamicTest> withClassicGroups() throws IOException {
    return compare(false, "answers-classic.txt");
  }

  @TestFactory
  List<DynamicTest> withGroupsOfTheBroker() throws IOException {
    return compare(true, "answers-consumer.txt");
  }

  private List<DynamicTest> compare(boolean groupsOfTheBroker, String file) throws IOException {
    Map<String, String> expected = read(file);
    String suffix = groupsOfTheBroker ? "-consumer" : "-classic";
    Map<String, Future<String>> given = new LinkedHashMap<>();
    for (Map.Entry<String, Lab.Question> question : Lab.questions().entrySet()) {
      String name = question.getKey();
      String topic = "of-" + name + suffix;
      given.put(name, threads.submit(() -> ask(question.getValue(), topic, groupsOfTheBroker)));
    }
    List<DynamicTest> tests = new ArrayList<>();
    given.forEach(
        (name, answer) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      String said = answer.get();
                      for (int n = 2; n <= times() && !said.equals(expected.get(name)); n++) {
                        said =
                            ask(
                                Lab.questions().get(name),
                                "of-" + name + suffix + "-" + n,
                                groupsOfTheBroker);
                      }
                      write(file, name, said);
                      assertThat(said).isEqualTo(expected.get(name));
                    })));
    tests.add(
        DynamicTest.dynamicTest(
            "every answer has its question",
            () -> assertThat(given).containsOnlyKeys(expected.keySet())));
    return tests;
  }

  private String ask(Lab.Question question, String topic, boolean groupsOfTheBroker)
      throws Exception {
    try (Lab lab = lab(groupsOfTheBroker)) {
      return Lab.attempt(() -> question.ask(lab, topic)).replace(topic, "TOPIC");
    }
  }

  private static Map<String, String> read(String file) throws IOException {
    Map<String, String> answers = new LinkedHashMap<>();
    try (InputStream in = Answers.class.getResourceAsStream(file)) {
      assertThat(in).as(file).isNotNull();
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .forEach(
              line -> {
                int colon = line.indexOf(": ");
                answers.put(line.substring(0, colon), line.substring(colon + 2));
              });
    }
    return answers;
  }

  private final Map<String, List<String>> lines = new LinkedHashMap<>();

  private void write(String file, String name, String answer) throws IOException {
    List<String> written = lines.computeIfAbsent(file, f -> new ArrayList<>());
    written.add(name + ": " + answer);
    Path directory = Files.createDirectories(Path.of("target", "answers", name()));
    Files.write(directory.resolve(file), written);
  }
}
