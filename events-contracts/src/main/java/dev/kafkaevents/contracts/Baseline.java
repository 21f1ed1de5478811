package dev.kafkaevents.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Contracts as they were, to be compared with those of today. */
public final class Baseline {
  /** Where Git runs a build, as in a hook, these say where; it may be elsewhere. */
  private static final Set<String> OF_ANOTHER_REPOSITORY =
      Set.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX");

  private final Supplier<List<Contract>> contracts;

  private Baseline(Supplier<List<Contract>> contracts) {
    this.contracts = contracts;
  }

  /**
   * Those below {@code directory} at a revision of the Git repository it is in. Runs {@code git},
   * and needs that revision to be there: a shallow clone may lack it.
   */
  public static Baseline git(Path directory, String revision) {
    if (revision.isBlank() || revision.startsWith("-")) {
      throw new IllegalArgumentException("revision \"" + revision + "\" is none");
    }
    String name = "git:" + revision;
    return new Baseline(
        () -> Contract.all(ContractFiles.allInJar(archive(directory, revision), name), name));
  }

  /** Those in a jar. */
  public static Baseline jar(Path jar) {
    return new Baseline(() -> Contract.all(ContractFiles.allInJar(jar), jar.toString()));
  }

  /** Those below a directory. */
  public static Baseline directory(Path directory) {
    return new Baseline(() -> Contract.allIn(directory));
  }

  List<Contract> contracts() {
    return contracts.get();
  }

  private static byte[] archive(Path directory, String revision) {
    @Nullable Path errors = null;
    try {
      errors = Files.createTempFile("git", ".err");
      ProcessBuilder archive =
          new ProcessBuilder("git", "archive", "--format=zip", revision, ".")
              .directory(directory.toFile())
              .redirectError(errors.toFile());
      archive.environment().keySet().removeAll(OF_ANOTHER_REPOSITORY);
      Process git = archive.start();
      git.getOutputStream().close();
      byte[] zip;
      try (InputStream in = git.getInputStream()) {
        zip = in.readAllBytes();
      }
      if (git.waitFor() != 0) {
        throw new ContractException(
            "git:" + revision + ": can't be read: " + Files.readString(errors).strip());
      }
      return zip;
    } catch (IOException e) {
      throw new ContractException("git:" + revision + ": can't be read; is there a git?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContractException("git:" + revision + ": interrupted", e);
    } finally {
      delete(errors);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A temporary file may stay.
    }
  }
}
