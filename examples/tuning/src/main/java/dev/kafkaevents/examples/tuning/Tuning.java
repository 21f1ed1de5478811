package dev.kafkaevents.examples.tuning;

import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.examples.tuning.Measurement.Result;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Three profiles side by side: how many records a second, and how long each is on its way. */
public final class Tuning {
  private static final List<Profile> PROFILES =
      List.of(Profile.DEFAULTS, Profile.THROUGHPUT, Profile.LOW_LATENCY);

  private static final int MANY = 60_000;
  private static final int PACED = 1_500;

  private Tuning() {}

  /** Whether nothing was lost, and nothing out of order; with how many events to measure. */
  static boolean run(PrintStream out, int many, int paced) throws InterruptedException {
    Checklist list = new Checklist(out);
    try (Cluster cluster = Cluster.connect("tuning")) {
      out.println("Kafka: " + cluster + "\n");
      PROFILES.forEach(out::println);
      out.println("\nThe handler waits 1 ms for something else. Some seconds for each profile:");
      // A JVM that has just started measures its compiler.
      Result warm = new Measurement(cluster, Profile.THROUGHPUT).run("warm-up", many, paced / 5);
      list.check("warmed up", warm.isComplete());
      List<Result> results = new ArrayList<>();
      for (Profile profile : PROFILES) {
        String name = profile.name().replace(' ', '-');
        Result result = new Measurement(cluster, profile).run(name, many, paced);
        list.check(
            profile.name()
                + (result.isComplete()
                    ? ": nothing is lost, and nothing out of order"
                    : ": " + result.problem()),
            result.isComplete());
        results.add(result);
      }
      tell(out, results);
    }
    return list.conclude();
  }

  private static void tell(PrintStream out, List<Result> results) {
    Result base = results.get(0);
    out.printf(
        "%n  %-12s %10s %6s  %9s %6s  %9s %6s%n", "", "records/s", "", "p50 ms", "", "p99 ms", "");
    for (Result result : results) {
      out.printf(
          "  %-12s %,10.0f %5.1fx  %9.1f %5.1fx  %9.1f %5.1fx%n",
          result.profile().name(),
          result.recordsPerSecond(),
          result.recordsPerSecond() / base.recordsPerSecond(),
          result.p50(),
          result.p50() / base.p50(),
          result.p99(),
          result.p99() / base.p99());
    }
    out.println("\n  From publish to handler, at 500 a second. On this machine, and now.");
  }

  /** Ends with 0 if nothing was lost or out of order, and with 1 if it was. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(System.out, MANY, PACED) ? 0 : 1);
  }
}
