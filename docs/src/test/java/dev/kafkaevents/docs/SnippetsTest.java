package dev.kafkaevents.docs;

import static java.util.Comparator.comparingInt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Code on a page is code that is compiled, and runs in tests: each block is in one source file,
 * line by line, whatever the indentation. At its blank lines the file may have more.
 */
class SnippetsTest {
  /** What stands in sources for what a reader has to put there. */
  private static final Map<String, String> FOR_READERS =
      Map.of("localhost9092", "\"localhost:9092\"", "@project.version@", "0.1.0-SNAPSHOT");

  /** Where code of a language comes from. */
  private static final Map<String, Map<Path, String>> SOURCES =
      Map.of(
          "java", sources(".java"),
          "xml", sources("pom.xml"),
          "properties", sources(".properties"),
          "yaml", sources("application.yaml"));

  private static Map<Path, String> sources(String suffix) {
    Map<Path, String> sources = new TreeMap<>();
    for (Path file : Page.files(suffix)) {
      sources.put(file, plain(Page.linesOf(file)));
    }
    return sources;
  }

  private static String plain(List<String> lines) {
    StringBuilder plain = new StringBuilder("\n");
    for (String line : lines) {
      if (!line.isBlank()) {
        plain.append(line.strip()).append('\n');
      }
    }
    String text = plain.toString();
    for (Map.Entry<String, String> each : FOR_READERS.entrySet()) {
      text = text.replace(each.getKey(), each.getValue());
    }
    return text;
  }

  static Stream<Page.Block> code() {
    return SOURCES.keySet().stream()
        .sorted()
        .flatMap(SnippetsTest::blocks)
        .filter(block -> !isContract(block));
  }

  /** Is held to the contract by a test of events-contracts. */
  private static boolean isContract(Page.Block block) {
    return block.language().equals("yaml") && block.page().equals("docs/contracts.md");
  }

  private static Stream<Page.Block> blocks(String language) {
    return Page.all().stream()
        .flatMap(page -> page.blocks().stream())
        .filter(block -> block.language().equals(language));
  }

  @ParameterizedTest
  @MethodSource("code")
  void code_isInTheSources(Page.Block block) {
    find(block, SOURCES.get(block.language()));
  }

  @Test
  void codeIsCalledCode() {
    assertThat(blocks("").filter(block -> block.lines().stream().anyMatch(l -> l.endsWith(";"))))
        .as("blocks that look like Java: begin them with ```java")
        .isEmpty();
  }

  private static void find(Page.Block block, Map<Path, String> sources) {
    List<String> parts = new ArrayList<>();
    for (String part : String.join("\n", block.lines()).split("\n\\s*\n", -1)) {
      parts.add(plain(part.lines().toList()));
    }
    if (sources.values().stream().noneMatch(source -> lines(parts, source) == length(parts))) {
      Map.Entry<Path, String> nearest =
          Collections.max(
              sources.entrySet(), comparingInt(source -> lines(parts, source.getValue())));
      fail(
          "%s is in no source file; %s has the first %d of its lines, and then not\n  %s",
          block,
          Page.ROOT.relativize(nearest.getKey()),
          lines(parts, nearest.getValue()),
          String.join("", parts)
              .lines()
              .filter(line -> !line.isEmpty())
              .toList()
              .get(lines(parts, nearest.getValue())));
    }
  }

  private static int length(List<String> parts) {
    return parts.stream().mapToInt(SnippetsTest::length).sum();
  }

  private static int length(String part) {
    return (int) part.lines().count() - 1; // it begins with a line break
  }

  /** How many lines of {@code parts}, from the first on, are in {@code source}. */
  private static int lines(List<String> parts, String source) {
    int lines = 0;
    int from = 0;
    for (String part : parts) {
      int at = source.indexOf(part, from);
      if (at < 0) {
        String begun = part;
        while (source.indexOf(begun, from) < 0) {
          begun = begun.substring(0, begun.lastIndexOf('\n', begun.length() - 2) + 1);
        }
        return lines + Math.max(0, length(begun));
      }
      lines += length(part);
      from = at + part.length() - 1; // its line break begins the next
    }
    return lines;
  }
}
