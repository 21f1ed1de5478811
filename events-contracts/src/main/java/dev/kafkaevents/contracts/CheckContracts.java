package dev.kafkaevents.contracts;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Tells a build whether contracts may change as they did.
 *
 * <pre>{@code
 * java … dev.kafkaevents.contracts.CheckContracts src/main/resources/contracts git:origin/main
 * }</pre>
 *
 * <p>The first argument is the directory of the contracts, the second what they are compared with:
 * {@code git:<revision>}, {@code jar:<file>} or {@code dir:<directory>}. As a step of a build it is
 * a goal of the exec plugin, {@code java}, with this main class. It prints a report, and ends with
 * status 0 if all is compatible, 1 if something breaks somebody or is undecided, and 2 if that
 * could not be found out.
 */
public final class CheckContracts {
  private static final int BREAKS = 1;
  private static final int UNKNOWN = 2;

  private CheckContracts() {}

  /** Checks what the command line names. */
  public static void main(String... arguments) {
    int status = run(System.out, arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(PrintStream out, String... arguments) {
    if (arguments.length != 2) {
      out.println(
          "usage: CheckContracts <directory of contracts> git:<revision>|jar:<file>|dir:<directory>");
      return UNKNOWN;
    }
    try {
      Path directory = Path.of(arguments[0]);
      Evolution evolution = Evolution.since(baseline(arguments[1], directory), directory);
      out.print(evolution.report());
      return evolution.isCompatible() ? 0 : BREAKS;
    } catch (ContractException | IllegalArgumentException e) {
      out.println(e.getMessage());
      return UNKNOWN;
    }
  }

  private static Baseline baseline(String named, Path directory) {
    int colon = named.indexOf(':');
    String kind = colon < 0 ? "" : named.substring(0, colon);
    String what = named.substring(colon + 1);
    return switch (kind) {
      case "git" -> Baseline.git(directory, what);
      case "jar" -> Baseline.jar(Path.of(what));
      case "dir" -> Baseline.directory(Path.of(what));
      default ->
          throw new IllegalArgumentException(
              named + " is nothing to compare with, must be git:…, jar:… or dir:…");
    };
  }
}
