package dev.kafkaevents.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Markdown page of this repository. */
record Page(Path file, List<String> lines) {
  static final Path ROOT = Path.of("..");

  /**
   * The fenced lines of one block.
   *
   * @param line of the page, from 1, that opens it
   * @param language after the opening fence; empty if none is
   */
  record Block(Path file, int line, String language, List<String> lines) {
    /** The page, from the root of the repository. */
    String page() {
      return ROOT.relativize(file).toString();
    }

    @Override
    public String toString() {
      return page() + ":" + line;
    }
  }

  static Page of(String file) {
    return read(ROOT.resolve(file));
  }

  /** Every page that is written by hand or by a test, the READMEs included. */
  static List<Page> all() {
    return files(".md").stream().map(Page::read).toList();
  }

  /** All files of the repository whose name ends so, but for what a build has made. */
  static List<Path> files(String suffix) {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(file -> !file.toString().matches(".*/(target|results|\\.git)/.*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> linesOf(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private static Page read(Path file) {
    return new Page(file, linesOf(file));
  }

  String text() {
    return String.join("\n", lines);
  }

  /** What is fenced. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int opened = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith("```")) {
        continue;
      }
      if (opened < 0) {
        opened = i;
      } else {
        String language = lines.get(opened).substring(3).strip();
        blocks.add(new Block(file, opened + 1, language, lines.subList(opened + 1, i)));
        opened = -1;
      }
    }
    return blocks;
  }

  /** What is not fenced. */
  List<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean fenced = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        fenced = !fenced;
      } else if (!fenced) {
        prose.add(line);
      }
    }
    return prose;
  }

  @Override
  public String toString() {
    return ROOT.relativize(file).toString();
  }
}
