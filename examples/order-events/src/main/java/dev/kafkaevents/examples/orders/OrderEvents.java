package dev.kafkaevents.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.core.NameMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Publishes the orders of a file or of standard input; alone, a demonstration. */
public final class OrderEvents {
  private static final String USAGE =
      """
      usage: examples/run order-events [FILE|-]

      Publishes the orders in FILE, or on standard input, to topic orders of the cluster that
      KAFKA_BOOTSTRAP_SERVERS names. Ends with 0 if all of them are published, with 1 if not, and
      with 2 if the command line is wrong. Alone, a demonstration on a broker of its own.\
      """;

  private static final Map<String, String> DEFAULTS =
      Map.of("events.application", "order-events", "events.close-timeout", "10s");

  private OrderEvents() {}

  static int run(PrintStream out, PrintStream err, String... args) throws Exception {
    if (args.length > 1 || (args.length == 1 && args[0].startsWith("--"))) {
      boolean asked = args[0].equals("--help");
      (asked ? out : err).println(USAGE);
      return asked ? 0 : 2;
    }
    if (args.length == 0) {
      return new Demo(out).run() ? 0 : 1;
    }
    try (BufferedReader in = open(args[0])) {
      return publish(EventsConfig.load(DEFAULTS), in, out);
    } catch (EventsException e) {
      err.println("order-events: " + e.getMessage());
      return 1;
    } catch (IOException e) {
      err.println("order-events: can't read " + args[0] + ": " + e);
      return 1;
    }
  }

  private static BufferedReader open(String file) throws IOException {
    return file.equals("-")
        ? new BufferedReader(new InputStreamReader(System.in, UTF_8))
        : Files.newBufferedReader(Path.of(file));
  }

  private static int publish(EventsConfig config, BufferedReader in, PrintStream out)
      throws IOException, InterruptedException {
    try (Assembly assembly = Assembly.of(config, NameMapper.identity())) {
      PublishOrders orders = assembly.publishOrders(new LegacyOrders(in));
      try (Shutdown shutdown = Shutdown.of(orders, assembly.events(), config.closeTimeout(), out)) {
        PublishOrders.Report report = orders.run(config.publishTimeout());
        shutdown.tell("", report);
        return report.isComplete() ? 0 : 1;
      }
    }
  }

  public static void main(String[] args) throws Exception {
    System.exit(run(System.out, System.err, args));
  }
}
