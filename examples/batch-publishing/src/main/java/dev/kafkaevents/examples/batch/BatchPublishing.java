package dev.kafkaevents.examples.batch;

import dev.kafkaevents.Events;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.batch.BatchPublisher.Failure;
import dev.kafkaevents.examples.batch.BatchPublisher.Report;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Publishes 300,000 events, 1,000 of them in flight; three are too large. */
public final class BatchPublishing {
  private static final Topic<MeterRead> READS =
      Topic.of("meter-reads", MeterRead.class).keyedBy(MeterRead::meter);

  private static final int COUNT = 300_000;
  private static final int METERS = 1_000;
  private static final int MOST_IN_FLIGHT = 1_000;
  private static final int MOST_FAILURES = 100;
  private static final int MOST_MIB = 32;
  private static final Set<Integer> TOO_LARGE = Set.of(50_000, 150_000, 250_000);

  private static final String NOTE = "read without a hitch; ".repeat(20);

  /** Just below what a producer takes from its user, and above it with the rest of the event. */
  private static final String LONG_NOTE = "x".repeat(1 << 20);

  private final PrintStream out;
  private final Checklist list;
  private final InFlight inFlight = new InFlight();
  private final LiveHeap heap = new LiveHeap();

  private BatchPublishing(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) throws InterruptedException {
    BatchPublishing example = new BatchPublishing(out);
    try (Cluster cluster = Cluster.connect("batch-publishing")) {
      out.println("Kafka: " + cluster);
      cluster.createTopic(READS.name(), 4);
      example.run(cluster);
    }
    return example.list.conclude();
  }

  private void run(Cluster cluster) throws InterruptedException {
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .names(cluster.names())
            .onPublish(inFlight)
            .build()) {
      out.printf("%nA batch of %,d events of half a kilobyte, three of them too large:%n", COUNT);
      Report<MeterRead> report =
          new BatchPublisher<>(events, READS, MOST_IN_FLIGHT, MOST_FAILURES)
              .publish(batch(), Duration.ofMinutes(1));
      tell(report);
      list.check("all of it was tried", report.isWhole() && report.unsent() == 0);
      list.check(
          "all are published but those three",
          report.published() == COUNT - TOO_LARGE.size()
              && numbers(report.failures()).equals(TOO_LARGE));
      list.check(
          "and these are refused for what they are",
          report.failures().stream().allMatch(BatchPublishing::isRejected));
      out.printf(
          "  %,d in flight at most; %d MiB of heap more than before%n",
          inFlight.most(), heap.grownBy());
      list.check("no more were in flight than allowed", inFlight.most() <= MOST_IN_FLIGHT);
      list.check(
          "the heap grew by less than " + MOST_MIB + " MiB, garbage aside",
          heap.grownBy() < MOST_MIB);

      out.println("\nRead back:");
      Set<Integer> read = ConcurrentHashMap.newKeySet(COUNT);
      events.subscribe(READS, "check", event -> read.add(event.payload().number()));
      list.await(
          "each that was published is on the topic", () -> read.size() == report.published());
      list.check("and none that was not", read.stream().noneMatch(TOO_LARGE::contains));

      out.println("\nA batch in which nothing is right:");
      Report<MeterRead> stopped =
          new BatchPublisher<>(events, READS, MOST_IN_FLIGHT, MOST_FAILURES)
              .publish(
                  IntStream.iterate(0, i -> i + 1).mapToObj(i -> read(i, LONG_NOTE)).iterator(),
                  Duration.ofMinutes(1));
      tell(stopped);
      list.check(
          "it is stopped after " + MOST_FAILURES + " failures",
          !stopped.isWhole() && stopped.failures().size() == MOST_FAILURES);
    }
  }

  /** Each event is made when it is asked for. */
  private Iterator<MeterRead> batch() {
    return IntStream.range(0, COUNT)
        .peek(i -> lookAtTheHeapEvery(COUNT / 5, i))
        .mapToObj(i -> read(i, TOO_LARGE.contains(i) ? LONG_NOTE : NOTE))
        .iterator();
  }

  private void lookAtTheHeapEvery(int events, int i) {
    if (i % events == events - 1) {
      heap.look();
    }
  }

  private static MeterRead read(int number, String note) {
    return new MeterRead("m-" + number % METERS, number, note);
  }

  private void tell(Report<MeterRead> report) {
    out.printf("  %,d published, %d failed%n", report.published(), report.failures().size());
    Failure<MeterRead> first = report.failures().get(0);
    out.printf("  the first, no. %,d: %s%n", first.event().number(), first.reason().getMessage());
  }

  private static Set<Integer> numbers(List<Failure<MeterRead>> failures) {
    return Set.copyOf(failures.stream().map(failure -> failure.event().number()).toList());
  }

  private static boolean isRejected(Failure<MeterRead> failure) {
    return failure.reason() instanceof PublishException e
        && e.failureClass() == FailureClass.REJECTED;
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(System.out) ? 0 : 1);
  }
}
