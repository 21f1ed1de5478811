package dev.kafkaevents.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * The command line.
 *
 * @param scenarios by name; empty means all
 * @param only those contenders whose names contain one of these; empty means all
 */
record Options(
    List<String> scenarios, int rounds, boolean quick, List<String> only, List<String> jvmOptions) {
  static final String USAGE =
      """
      usage: benchmarks/run [scenario ...] [options]
        --rounds N            how often each contender is measured (5; with --quick 3)
        --quick               a fifth of the records
        --only A,B            only contenders whose names contain A or B, beside the first
        --jvm-option OPTION   for the JVMs of the contenders, as -XX:StartFlightRecording=...
      """;

  static Options parse(String... args) {
    List<String> scenarios = new ArrayList<>();
    List<String> only = new ArrayList<>();
    List<String> jvmOptions = new ArrayList<>();
    int rounds = 0;
    boolean quick = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--rounds" -> rounds = Integer.parseInt(value(args, i++));
        case "--only" -> only.addAll(List.of(value(args, i++).split(",")));
        case "--jvm-option" -> jvmOptions.add(value(args, i++));
        default -> {
          if (args[i].startsWith("-")) {
            throw new IllegalArgumentException("unknown option " + args[i]);
          }
          scenarios.add(args[i]);
        }
      }
    }
    if (rounds == 0) {
      rounds = quick ? 3 : 5;
    }
    return new Options(scenarios, rounds, quick, only, jvmOptions);
  }

  private static String value(String[] args, int option) {
    if (option + 1 == args.length) {
      throw new IllegalArgumentException(args[option] + " needs a value");
    }
    return args[option + 1];
  }

  /** The scenarios that were asked for. */
  List<Scenario> chosen(List<Scenario> all) {
    List<String> names = all.stream().map(Scenario::name).toList();
    for (String name : scenarios) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("no scenario " + name + "; there are " + names);
      }
    }
    return all.stream()
        .filter(
            scenario ->
                scenarios.isEmpty()
                    ? !scenario.isOnlyByName()
                    : scenarios.contains(scenario.name()))
        .toList();
  }

  /**
   * The contenders that were asked for. The first is always among them: it is what others are
   * compared with.
   */
  List<String> contenders(Scenario scenario) {
    String baseline = scenario.contenders().get(0);
    return scenario.contenders().stream()
        .filter(
            name ->
                only.isEmpty() || name.equals(baseline) || only.stream().anyMatch(name::contains))
        .toList();
  }
}
