package dev.kafkaevents.replay;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Topic;
import dev.kafkaevents.TopicFacts;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends the events of dead letters to where they can be handled after all.
 *
 * <pre>{@code
 * Replay.Report report =
 *     Replay.of("orders.dlq")
 *         .to("orders.billing.replay")
 *         .withSelection(letter -> letter.origin() != null && "billing".equals(letter.origin().group()))
 *         .run(config);
 * }</pre>
 *
 * <p>A dead letter is the failure of one group, and its event is none of the others' affair: so the
 * destination is a topic of that group's own, to which it subscribes with the same handler. Sent to
 * the topic it came from, an event reaches all groups of that topic once more.
 *
 * <p>Key, value and headers are sent byte for byte, but for what described the dead letter ({@code
 * events-dlq-…}); a trace goes on. {@code events-replays} counts, so that an event that fails again
 * and again is left after a few times, and {@code events-replay-of} says which letter it was. The
 * timestamp is the present: with its old one a topic's retention might remove it at once.
 *
 * <p>A run goes through the letters that are there when it begins, in order of their partitions,
 * and passes over those that are not selected. How far it has come is committed, as the offset of a
 * consumer group called as the run is, when all that was sent is acknowledged. After a crash the
 * same run goes on from there: nothing is left out, and what came twice is at most one poll ({@code
 * max.poll.records}). Once it has come to its end, the same run goes on to what has come since. A
 * run under another name begins at the first letter.
 *
 * <p>Immutable; {@code withX} returns a changed copy.
 */
public final class Replay {
  /** Changed by nobody once it is in {@link #values}. */
  private static final class Values implements Cloneable {
    final String from;
    final boolean parking;
    String to = "";
    String run;
    Predicate<Letter> selection = letter -> true;
    long mostLetters = Long.MAX_VALUE;
    double lettersPerSecond = Double.POSITIVE_INFINITY;
    int mostReplays = 3;
    KafkaClients clients = KafkaClients.real();

    Values(String from, boolean parking) {
      this.from = from;
      this.parking = parking;
      this.run = from + (parking ? ".park" : ".replay");
    }

    @Override
    public Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Values values;

  private Replay(Values values) {
    this.values = values;
  }

  private Replay with(Consumer<Values> change) {
    Values changed = values.clone();
    change.accept(changed);
    return new Replay(changed);
  }

  /**
   * Replays the letters of a topic. By default all of them, as fast as it goes, each event three
   * times at most; the run is called as the topic is, with {@code .replay}.
   */
  public static Replay of(String deadLetterTopic) {
    return new Replay(new Values(Topic.of(deadLetterTopic, byte[].class).name(), false));
  }

  /**
   * Puts letters aside, for good or until somebody has time: they are copied as they are, what
   * describes them included. The run is called as the topic is, with {@code .park}.
   */
  public static Replay parking(String deadLetterTopic) {
    return new Replay(new Values(Topic.of(deadLetterTopic, byte[].class).name(), true));
  }

  /** Where they go. It has to be there, and be another topic than the one they are in. */
  public Replay to(String topic) {
    if (topic.equals(values.from)) {
      throw new IllegalArgumentException(
          "dead letters of topic " + topic + " would go to it again; name another topic");
    }
    String checked = Topic.of(topic, byte[].class).name();
    return with(changed -> changed.to = checked);
  }

  /** Goes on where the run of that name has come to; a new name begins at the first letter. */
  public Replay withRun(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of the run is blank");
    }
    return with(changed -> changed.run = name);
  }

  /** Only letters of which this is true. The others are passed over. */
  public Replay withSelection(Predicate<Letter> selection) {
    requireNonNull(selection, "selection");
    return with(changed -> changed.selection = selection);
  }

  /** Ends when so many are sent. At least 1. */
  public Replay withMostLetters(long letters) {
    if (letters < 1) {
      throw new IllegalArgumentException("mostLetters is " + letters + ", must be at least 1");
    }
    return with(changed -> changed.mostLetters = letters);
  }

  /** No faster than this. Above zero. */
  public Replay withLettersPerSecond(double letters) {
    if (!(letters > 0)) {
      throw new IllegalArgumentException("lettersPerSecond is " + letters + ", must be above zero");
    }
    return with(changed -> changed.lettersPerSecond = letters);
  }

  /** Leaves events that were replayed so often. At least 1. */
  public Replay withMostReplays(int times) {
    if (times < 1) {
      throw new IllegalArgumentException("mostReplays is " + times + ", must be at least 1");
    }
    return with(changed -> changed.mostReplays = times);
  }

  /** Through other clients, such as those of an in-memory Kafka. */
  public Replay withClients(KafkaClients clients) {
    requireNonNull(clients, "clients");
    return with(changed -> changed.clients = clients);
  }

  /** The name of its run. */
  public String run() {
    return values.run;
  }

  /**
   * What came of a run, or would.
   *
   * @param total how many offsets there were to go through
   * @param passed how many letters it has come past
   * @param sent of these, how many were sent
   * @param unselected how many were not selected
   * @param exhausted how many had been replayed as often as may be
   * @param failures of those that were sent: how many by the class of their failure
   */
  public record Report(
      long total,
      long passed,
      long sent,
      long unselected,
      long exhausted,
      Map<String, Long> failures) {}

  /** Replays, on this thread; see {@link #run(EventsConfig, Consumer)}. */
  public Report run(EventsConfig config) throws InterruptedException {
    return run(config, report -> {});
  }

  /**
   * Replays, on this thread.
   *
   * @param progress is told how far it has come, after each poll and each second meanwhile
   * @throws UnavailableException if the cluster does not answer at the start, within {@link
   *     EventsConfig#startTimeout}
   * @throws EventsException if one of the topics is not there, a letter can't be sent or the
   *     letters can't be read: what was acknowledged is done, and the same run goes on from there
   */
  public Report run(EventsConfig config, Consumer<Report> progress) throws InterruptedException {
    try (Events events = events(config);
        Letters letters = Letters.open(values.clients, config, values.from, values.run)) {
      requireDestination(events);
      letters.begin();
      return new Run(values, letters, progress) {
        @Override
        CompletableFuture<Position> send(Letter letter) {
          return events.send(outgoing(letter));
        }

        @Override
        void passed(Map<TopicPartition, Long> offsets) {
          letters.commit(offsets);
        }
      }.go();
    }
  }

  /** Tells what {@link #run} would do at first, and does nothing: the run does not go on either. */
  public Report dryRun(EventsConfig config) throws InterruptedException {
    Replay unhurried = with(changed -> changed.lettersPerSecond = Double.POSITIVE_INFINITY);
    try (Events events = events(config);
        Letters letters = Letters.open(values.clients, config, values.from, values.run)) {
      requireDestination(events);
      return new Run(unhurried.values, letters, report -> {}) {
        @Override
        CompletableFuture<Position> send(Letter letter) {
          return CompletableFuture.completedFuture(letter.position());
        }

        @Override
        void passed(Map<TopicPartition, Long> offsets) {}
      }.go();
    }
  }

  private Events events(EventsConfig config) {
    if (values.to.isEmpty()) {
      throw new IllegalStateException(
          "it is not said where the letters of " + values.from + " go: call to(topic)");
    }
    return KafkaEvents.builder(config).clients(values.clients).build();
  }

  /** Before the first letter, and not with it. */
  private void requireDestination(Events events) {
    TopicFacts destination = events.topics().find(values.to);
    if (destination == null) {
      throw new EventsException(
          "there is no topic %s to send the letters of %s to; create it"
              .formatted(values.to, values.from));
    }
    if (!destination.isWritable()) {
      throw new EventsException(
          "letters can't be sent to topic %s: not authorized to write to it".formatted(values.to));
    }
  }

  private Message outgoing(Letter letter) {
    Message message = letter.message().withTopic(values.to);
    if (values.parking) {
      return message;
    }
    List<Headers.Header> headers = new ArrayList<>();
    for (Headers.Header header : message.headers()) {
      if (!header.name().startsWith("events-dlq-")) {
        headers.add(header);
      }
    }
    return message
        .withHeaders(
            Headers.of(headers)
                .with(Letter.REPLAYS, String.valueOf(letter.replays() + 1))
                .with(Letter.REPLAY_OF, letter.position().toString()))
        .withTimestamp(null);
  }

  /** One way through the letters. Confined to a thread. */
  private abstract static class Run {
    private final Values values;
    private final Letters letters;
    private final Consumer<Report> progress;
    private final long begin = System.nanoTime();
    private long told = begin;
    private final Map<String, Long> failures = new TreeMap<>();
    private long passed;
    private long sent;
    private long unselected;
    private long exhausted;

    Run(Values values, Letters letters, Consumer<Report> progress) {
      this.values = values;
      this.letters = letters;
      this.progress = progress;
    }

    abstract CompletableFuture<Position> send(Letter letter);

    abstract void passed(Map<TopicPartition, Long> offsets);

    Report go() throws InterruptedException {
      while (sent < values.mostLetters) {
        List<Letter> some = letters.next();
        if (some.isEmpty()) {
          break;
        }
        handOver(some);
        progress.accept(report());
      }
      return report();
    }

    private void handOver(List<Letter> some) throws InterruptedException {
      Map<Letter, CompletableFuture<Position>> underWay = new LinkedHashMap<>();
      Map<TopicPartition, Long> offsets = new HashMap<>();
      for (Letter letter : some) {
        if (sent == values.mostLetters) {
          break;
        }
        if (!values.selection.test(letter)) {
          unselected++;
        } else if (!values.parking && letter.replays() >= values.mostReplays) {
          exhausted++;
        } else {
          awaitTurn();
          underWay.put(letter, send(letter));
          sent++;
          failures.merge(failure(letter), 1L, Long::sum);
        }
        passed++;
        tellEachSecond();
        Position at = letter.position();
        offsets.put(new TopicPartition(at.topic(), at.partition()), at.offset() + 1);
      }
      for (Map.Entry<Letter, CompletableFuture<Position>> each : underWay.entrySet()) {
        awaitStored(each.getKey(), each.getValue());
      }
      passed(offsets);
    }

    private static String failure(Letter letter) {
      String exception = letter.origin() == null ? null : letter.origin().exception();
      return exception == null ? "unknown" : exception;
    }

    private void awaitStored(Letter letter, CompletableFuture<Position> stored)
        throws InterruptedException {
      try {
        stored.get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw new EventsException(
            "the %s could not be sent to topic %s; run %s goes on from the last commit, up to a poll before it: %s"
                .formatted(letter, values.to, values.run, cause.getMessage()),
            cause);
      }
    }

    private void awaitTurn() throws InterruptedException {
      long due = begin + (long) (sent / values.lettersPerSecond * TimeUnit.SECONDS.toNanos(1));
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        TimeUnit.NANOSECONDS.sleep(left);
      }
    }

    /** A poll may take minutes, at a low rate. */
    private void tellEachSecond() {
      long now = System.nanoTime();
      if (now - told >= TimeUnit.SECONDS.toNanos(1)) {
        told = now;
        progress.accept(report());
      }
    }

    private Report report() {
      return new Report(letters.total(), passed, sent, unselected, exhausted, Map.copyOf(failures));
    }
  }
}
