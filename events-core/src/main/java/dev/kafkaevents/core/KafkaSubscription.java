package dev.kafkaevents.core;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Drain;
import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.SubscriptionHealth;
import dev.kafkaevents.Topic;
import dev.kafkaevents.Topics;
import dev.kafkaevents.core.Workers.Outcome;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription as its user sees it, and what its workers do with a record. Thread-safe: what the
 * user asks for is left in a field, and the poll thread is woken to look at it.
 */
final class KafkaSubscription<T> implements Subscription, Workers.Deliverer {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSubscription.class);

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Topic<T> topic;
  private final Topics topics;
  private final SubscribeOptions options;
  private final Duration closeTimeout;
  private final EventsRuntime runtime;
  private final EventsProbe probe;
  private final Workers workers;
  private final InFlight inFlight;
  private final SubscriptionLoop loop;
  private final Thread thread;
  private final Consumer<KafkaSubscription<?>> onEnd;

  private final CompletableFuture<Void> assignedOrStopped = new CompletableFuture<>();
  private final CompletableFuture<Drain> ended = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final AtomicReference<@Nullable SubscriptionException> failure = new AtomicReference<>();

  private final AtomicReference<Pauses.Asked> pauses = new AtomicReference<>(Pauses.Asked.NOTHING);
  private final LongAdder settledLate = new LongAdder();

  /** Replaced once, by the poll thread, before there is anything to deliver. */
  private volatile Deliveries<T> deliveries;

  private volatile boolean assigned;

  /** When closing has to be done, in nanoseconds of the runtime; null as long as nobody asked. */
  private final AtomicReference<@Nullable Long> closeBy = new AtomicReference<>();

  /**
   * Set when handlers are interrupted: whatever they throw from then on is no failure of theirs.
   */
  private volatile boolean abandoning;

  KafkaSubscription(
      Assembly assembly,
      SubscribeOptions options,
      Deliveries<T> deliveries,
      Topics topics,
      Consumer<KafkaSubscription<?>> onEnd) {
    this.onEnd = onEnd;
    this.topic = deliveries.topic();
    this.topics = topics;
    this.deliveries = deliveries;
    this.options = options;
    this.closeTimeout = assembly.config().closeTimeout();
    this.runtime = assembly.runtime();
    this.probe = assembly.probe();
    String name = "kafka-events-" + options.group() + "-" + topic().name();
    this.workers = new Workers(runtime, name + "-lane", options.concurrency(), this);
    this.inFlight = new InFlight(runtime, options.maxInFlight(), options.maxBytesInFlight());
    this.loop = new SubscriptionLoop(this, assembly, workers, inFlight);
    this.thread = runtime.pollThread(name, loop::run);
  }

  void start() {
    thread.start();
  }

  Topic<T> topic() {
    return topic;
  }

  SubscribeOptions options() {
    return options;
  }

  // What a worker does.

  @Override
  public Outcome deliver(Segment segment, int index) {
    Deliveries<T> deliveries = this.deliveries;
    KafkaDelivery<T> delivery =
        new KafkaDelivery<>(deliveries, segment.partition, workers, segment.record(index));
    try {
      Settlement settlement = deliveries.deliver(delivery);
      if (probe != Probes.SILENT) {
        probe.settled(delivery, settlement);
      }
      return Outcome.SETTLED;
    } catch (InterruptedException e) {
      return segment.partition.isClosing() ? Outcome.LEFT : failed(delivery, e);
    } catch (Throwable e) {
      return abandoning ? Outcome.LEFT : failed(delivery, e);
    } finally {
      delivery.letGoOn();
      // A handler's interrupt is its own affair, and the thread goes on to other records.
      Thread.interrupted();
    }
  }

  @Override
  public void settled(Segment segment, long load) {
    if (segment.discharge(load)) {
      inFlight.settled(load);
      return;
    }
    int records = Load.records(load);
    settledLate.add(records);
    probe.settledLate(options.group(), topic().name(), segment.partition.id.partition(), records);
  }

  /** Stops everything. */
  private Outcome failed(KafkaDelivery<T> delivery, Throwable e) {
    probe.failed(delivery, e);
    fail(delivery.position(), e);
    return Outcome.FAILED;
  }

  // What the poll thread asks and tells.

  void fail(@Nullable Position position, Throwable cause) {
    String where = position == null ? "" : " at " + position;
    SubscriptionException e =
        new SubscriptionException(
            this + " stopped" + where + ": " + PublishFailures.describe(cause), position, cause);
    if (failure.compareAndSet(null, e)) {
      LOG.atError()
          .addKeyValue("event", "subscription_failed")
          .addKeyValue("group", options.group())
          .addKeyValue("topic", topic().name())
          .addKeyValue("position", position)
          .addKeyValue("error", cause.getClass().getName())
          .setCause(cause)
          .log(
              "{}; nothing past it is committed, and it is delivered first when the group goes on",
              e.getMessage());
      loop.wakeUp();
    } else {
      LOG.atWarn()
          .addKeyValue("event", "subscription_failed_again")
          .addKeyValue("group", options.group())
          .addKeyValue("topic", topic().name())
          .addKeyValue("position", position)
          .addKeyValue("error", cause.getClass().getName())
          .setCause(cause)
          .log("{} failed{} too, while it was stopping", this, where);
    }
  }

  boolean isToStop() {
    return closeBy.get() != null || failure.get() != null;
  }

  /** Whether another has taken its place in the group, and so its partitions. */
  boolean isFenced() {
    SubscriptionException e = failure.get();
    return e != null && e.getCause() instanceof FencedInstanceIdException;
  }

  /** Lets the interceptors see what begins, before it reads anything. */
  void begin() {
    deliveries =
        deliveries.with(
            new KnownBeginning(topic, options, deliveries.publisher(), topics, runtime));
  }

  Pauses.Asked pausesAskedFor() {
    return requireNonNull(pauses.get());
  }

  void assignedOnce() {
    assigned = true;
    assignedOrStopped.complete(null);
  }

  boolean hasBeenAssigned() {
    return assigned;
  }

  void abandon() {
    abandoning = true;
  }

  /**
   * What is left of the time for closing. A failure closes in the time that giving up partitions
   * has.
   */
  Duration timeLeft() {
    closeBy.compareAndSet(null, runtime.nanoTime() + options.drainTimeout().toNanos());
    Long by = closeBy.get();
    long left = by == null ? 0 : by - runtime.nanoTime();
    return Duration.ofNanos(Math.max(0, left));
  }

  void ended(Drain drain) {
    onEnd.accept(this);
    SubscriptionException e = failure.get();
    if (e == null) {
      stopped.complete(null);
    } else {
      stopped.completeExceptionally(e);
    }
    ended.complete(drain);
    assignedOrStopped.complete(null);
  }

  // What the user sees.

  @Override
  public State state() {
    if (stopped.isDone()) {
      return stopped.isCompletedExceptionally() ? State.FAILED : State.CLOSED;
    }
    if (isToStop()) {
      return State.CLOSING;
    }
    if (!assigned) {
      return State.STARTING;
    }
    return pausesAskedFor().all() ? State.PAUSED : State.RUNNING;
  }

  @Override
  public void pause() {
    change(Pauses.Asked::withAll);
  }

  @Override
  public void pause(Set<Integer> partitions) {
    change(asked -> asked.with(partitions));
  }

  @Override
  public void resume() {
    change(asked -> Pauses.Asked.NOTHING);
  }

  @Override
  public void resume(Set<Integer> partitions) {
    change(asked -> asked.without(partitions));
  }

  private void change(UnaryOperator<Pauses.Asked> change) {
    pauses.updateAndGet(change);
    loop.wakeUp();
  }

  @Override
  public SubscriptionHealth health() {
    Instant now = runtime.now();
    List<PartitionHealth> partitions =
        loop.shown().stream()
            .map(partition -> partition.progress.health(partition.id.partition(), now))
            .sorted(Comparator.comparingInt(PartitionHealth::partition))
            .toList();
    Duration sinceLastTurn = loop.sinceLastTurn();
    boolean hangs = !stopped.isDone() && sinceLastTurn.compareTo(options.stallTimeout()) > 0;
    return new Health(
        state(),
        failure.get(),
        loop.trouble(),
        sinceLastTurn,
        hangs || partitions.stream().anyMatch(PartitionHealth::isStalled),
        partitions,
        settledLate.sum(),
        deliveries.interceptors().stream().flatMap(each -> each.conditions().stream()).toList(),
        loop.clientMetrics());
  }

  private record Health(
      State state,
      @Nullable SubscriptionException failure,
      @Nullable String trouble,
      Duration sinceLastTurn,
      boolean isStalled,
      List<PartitionHealth> partitions,
      long settledLate,
      List<Condition> conditions,
      ClientMetrics clientMetrics)
      implements SubscriptionHealth {
    @Override
    public OptionalDouble clientMetric(String group, String name) {
      return clientMetrics.value(group, name);
    }
  }

  @Override
  public boolean awaitAssigned(Duration timeout) throws InterruptedException {
    return runtime.await(assignedOrStopped, timeout) && !stopped.isDone();
  }

  @Override
  public CompletableFuture<Void> stopped() {
    return stopped.copy();
  }

  /** Asks for closing, and does not wait for it. */
  void requestClose(Duration timeout) {
    closeBy.compareAndSet(null, runtime.nanoTime() + timeout.toNanos());
    loop.wakeUp();
  }

  @Override
  public Drain close(Duration timeout) {
    requestClose(timeout);
    if (workers.isWorker(Thread.currentThread())) {
      // A handler that waited for itself would wait in vain.
      return new Drain(0, inFlight.records());
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          runtime.await(ended, FOREVER);
          return ended.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    close(closeTimeout);
  }

  @Override
  public String toString() {
    return "subscription of group " + options.group() + " to topic " + topic().name();
  }
}
