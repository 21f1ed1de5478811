package dev.kafkaevents.examples.quickstart;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the arguments to the exit code. */
final class CommandLine {
  private static final String SAMPLE = "orders.ndjson";

  private static final String USAGE = "usage: examples/run quickstart [--events FILE|-] [--help]";

  private static final String HELP =
      USAGE
          + """


          Publishes order events to Kafka and handles them, and checks that none is lost,
          repeated or out of order. The exit code is 0 if all checks hold, 1 if not, and 2
          if the command line is wrong.

            --events FILE   events of your own in place of the sample; - reads standard
                            input. One on a line, such as
                            {"type": "OrderCancelled", "orderId": "o-7", "reason": "ordered twice"}
            --help          this text

          KAFKA_BOOTSTRAP_SERVERS=host:port[,host:port] uses your cluster, under names of
          its own, in place of a broker that is started for the run. KAFKA_SECURITY_PROTOCOL,
          KAFKA_SASL_* and KAFKA_SSL_* say what else a client needs to connect.\
          """;

  private static final String WHAT_NEXT =
      """
      Where to look next
        examples/quickstart/README.md   what you have just seen
        examples/quickstart/src/main/java/dev/kafkaevents/examples/quickstart/Quickstart.java
        README.md, docs/                what is guaranteed, how to use it, why it is so
        examples/run quickstart --help  your own events, your own cluster\
      """;

  /** What is wrong with the arguments, in one line. */
  private static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  private CommandLine() {}

  static int run(String... args) throws InterruptedException {
    return run(Screen.ofProcess(), args);
  }

  static int run(Screen screen, String... args) throws InterruptedException {
    if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
      screen.line(HELP);
      return 0;
    }
    try {
      return run(screen, file(args));
    } catch (UsageException e) {
      screen.problem(e.getMessage() + "\n" + USAGE);
      return 2;
    }
  }

  private static int run(Screen screen, @Nullable String file)
      throws UsageException, InterruptedException {
    try (InputStream events = open(file)) {
      screen.line("Kafka Events quickstart");
      screen.line("");
      boolean isGood = new Run(screen, name(file), events).run();
      if (isGood) {
        screen.line(WHAT_NEXT);
      }
      return isGood ? 0 : 1;
    } catch (IOException e) {
      throw new UncheckedIOException("closing the input", e);
    }
  }

  private static String name(@Nullable String file) {
    return file == null
        ? "the sample that comes with the quickstart"
        : file.equals("-") ? "standard input" : file;
  }

  /** The file to read; null for the sample. */
  private static @Nullable String file(String... args) throws UsageException {
    String file = null;
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String arg = rest.next();
      if (arg.startsWith("--events=")) {
        file = arg.substring("--events=".length());
      } else if (!arg.equals("--events")) {
        throw new UsageException("unknown argument " + arg);
      } else if (rest.hasNext()) {
        file = rest.next();
      } else {
        throw new UsageException("--events needs a file, or - for standard input");
      }
    }
    return file;
  }

  private static InputStream open(@Nullable String file) throws UsageException {
    if (file == null) {
      return requireNonNull(CommandLine.class.getResourceAsStream(SAMPLE), SAMPLE);
    }
    if (file.equals("-")) {
      return System.in;
    }
    try {
      Path path = Path.of(file);
      if (Files.isDirectory(path)) {
        throw new UsageException("can't read " + file + ": it is a directory");
      }
      return Files.newInputStream(path);
    } catch (NoSuchFileException e) {
      throw new UsageException("can't read " + file + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw new UsageException("can't read " + file + ": access is denied");
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("can't read " + file + ": " + e.getMessage());
    }
  }
}
