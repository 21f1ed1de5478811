package dev.kafkaevents.benchmarks;

import dev.kafkaevents.testkit.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures scenarios on one broker and writes down what came out. All contenders have their turn in
 * each round, and each round begins with another one, so that whatever else the machine does falls
 * on all of them.
 */
final class Benchmarks {
  /** The broker of the testkit is made to start soon; here it has to run fast. */
  private static final List<String> BROKER_JVM =
      List.of("-XX:TieredStopAtLevel=4", "-Xms1g", "-Xmx1g");

  private final Options options;
  private final Runner runner;
  private final Results results;

  private Benchmarks(Options options, Runner runner, Results results) {
    this.options = options;
    this.runner = runner;
    this.results = results;
  }

  public static void main(String[] args) throws Exception {
    Options options;
    List<Scenario> scenarios;
    try {
      options = Options.parse(args);
      scenarios = options.chosen(Scenarios.of(options.quick()));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    String time =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    Results results = Results.in(Path.of("results", time));
    System.out.println(results.conditions());
    KafkaBroker.Builder broker = KafkaBroker.builder();
    BROKER_JVM.forEach(broker::jvmOption);
    try (KafkaBroker running = broker.start();
        Topics topics = new Topics(running)) {
      Runner runner =
          new Runner(
              running.bootstrapServers(), topics, options, results.directory().resolve("logs"));
      new Benchmarks(options, runner, results).run(scenarios);
    }
    System.out.println("written to " + results.directory().toAbsolutePath());
  }

  private void run(List<Scenario> scenarios) throws IOException, InterruptedException {
    for (Scenario scenario : scenarios) {
      Rounds rounds = run(scenario);
      System.out.println();
      System.out.println(new Table(rounds));
      results.add(rounds);
    }
  }

  private Rounds run(Scenario scenario) throws IOException, InterruptedException {
    List<String> contenders = options.contenders(scenario);
    Rounds rounds = new Rounds(scenario, contenders);
    for (int round = 1; round <= options.rounds(); round++) {
      List<String> turns = new ArrayList<>(contenders);
      Collections.rotate(turns, 1 - round);
      for (String contender : turns) {
        Measurement measurement = runner.run(scenario, contender, round);
        System.err.printf(
            "%s %d/%d %s: %s%n",
            scenario.name(),
            round,
            options.rounds(),
            contender,
            Table.brief(scenario, measurement));
        rounds.add(contender, measurement);
      }
    }
    return rounds;
  }
}
