package dev.kafkaevents.replay;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How far and how fast letters are sent, and how it is told what came of it. */
final class Going {
  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "which run; else TOPIC.replay, or TOPIC.park")
  @Nullable String run;

  @Option(
      names = "--max",
      paramLabel = "LETTERS",
      converter = Counts.class,
      description = "sends so many at most")
  @Nullable Integer max;

  @Option(
      names = "--rate",
      paramLabel = "LETTERS",
      converter = Rate.class,
      description = "sends so many a second at most")
  @Nullable Double rate;

  @Option(names = "--dry-run", description = "tells what it would do, and does nothing")
  boolean dryRun;

  @Option(names = "--json", description = "one object in place of text")
  boolean json;

  /** Above zero. */
  static final class Rate implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        double rate = Double.parseDouble(value);
        if (rate > 0) {
          return rate;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new TypeConversionException("'%s' is no number above zero".formatted(value));
    }
  }

  Replay of(Replay replay) {
    Replay asked = replay;
    if (run != null) {
      asked = asked.withRun(run);
    }
    if (max != null) {
      asked = asked.withMostLetters(max);
    }
    if (rate != null) {
      asked = asked.withLettersPerSecond(rate);
    }
    return asked;
  }

  /** What came of it, and by the failures what kind of letters they were. */
  String told(Replay.Report report, String run, String to) {
    return json ? object(report, run, to) : text(report, run, to);
  }

  private String object(Replay.Report report, String run, String to) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("run", run);
    told.put("to", to);
    told.put("dryRun", dryRun);
    told.put("passed", report.passed());
    told.put("sent", report.sent());
    told.put("unselected", report.unselected());
    told.put("exhausted", report.exhausted());
    told.put("failures", report.failures());
    return Json.line(told);
  }

  private String text(Replay.Report report, String run, String to) {
    StringBuilder told =
        new StringBuilder(
            "%s %,d letter(s) to %s; passed over %,d not selected and %,d replayed too often; run %s"
                .formatted(
                    dryRun ? "would send" : "sent",
                    report.sent(),
                    to,
                    report.unselected(),
                    report.exhausted(),
                    run));
    report.failures().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            each -> {
              int share = (int) Math.ceil(40.0 * each.getValue() / report.sent());
              told.append(
                  "%n%,10d  %s %s".formatted(each.getValue(), "#".repeat(share), each.getKey()));
            });
    return told.toString();
  }
}
