package dev.kafkaevents.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A copy of a contract of the tests, to be changed. */
final class ContractCopy {
  static final Path ALL = Path.of("src/test/resources/contracts");

  final Path directory;

  private ContractCopy(Path directory) {
    this.directory = directory;
  }

  static ContractCopy of(String contract, Path directory) {
    Path from = ALL.resolve(contract);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = directory.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ContractCopy(directory);
  }

  Contract read() {
    return Contract.inDirectory(directory);
  }

  /** Replaces text that must be there. */
  ContractCopy replace(String file, String text, String by) {
    String before = read(file);
    if (!before.contains(text)) {
      throw new AssertionError(file + " has no " + text);
    }
    return write(file, before.replace(text, by));
  }

  String read(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ContractCopy write(String file, String text) {
    try {
      Path to = directory.resolve(file);
      Files.createDirectories(to.getParent());
      Files.writeString(to, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  ContractCopy delete(String file) {
    try {
      Files.delete(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
