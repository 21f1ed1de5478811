package dev.kafkaevents.contracts;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory under Git, with one commit, which {@code origin/main} is at too. */
final class GitRepository {
  private GitRepository() {}

  static void of(Path directory) throws IOException, InterruptedException {
    git(directory, "init", "-q");
    git(directory, "add", ".");
    git(directory, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "One");
    git(directory, "update-ref", "refs/remotes/origin/main", "HEAD");
  }

  private static void git(Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder git =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    git.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    if (git.start().waitFor() != 0) {
      throw new AssertionError(command + " failed");
    }
  }
}
