package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Drain;
import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnsentException;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.PublishInterceptor.Listener;
import dev.kafkaevents.spi.Publishing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes through one idempotent producer, which is made at the first publish, and anew after one
 * that has died. Thread-safe: the producer is, and the lock guards nothing but making and closing
 * it.
 */
final class Publisher implements EventPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  final EventsConfig config;
  final EventsProbe probe;
  private final String source;
  private final ClientSettings settings;
  private final KafkaClients clients;
  private final EventsRuntime runtime;
  private final NameMapper names;
  private final Serdes serdes;
  private final List<PublishInterceptor> interceptors;
  private final Map<Topic<?>, PublishChain> chains = new ConcurrentHashMap<>();
  final ProducerHealth health = new ProducerHealth();
  private final ClientLife life = new ClientLife();

  private final ProbeFailures listenerFailures;

  /** Whether interceptors listen, which shows when the first one does. */
  private volatile boolean listenedTo;

  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Producer<byte[], byte[]> producer;
  private volatile boolean closed;

  /** Sends what interceptors held back. Guarded by the lock. */
  private @Nullable Publisher resender;

  Publisher(Assembly assembly, Serdes serdes) {
    this.config = assembly.config();
    this.source = config.source();
    this.settings = assembly.settings();
    this.clients = assembly.clients();
    this.runtime = assembly.runtime();
    this.names = assembly.names();
    this.serdes = serdes;
    this.probe = assembly.probe();
    this.listenerFailures = new ProbeFailures(runtime);
    Publishing publishing = new OfThis(assembly);
    this.interceptors = // At last, since what they are given may be used at once.
        assembly.publishInterceptors().stream()
            .map(interceptor -> interceptor.forPublisher(publishing))
            .toList();
    health.isOf(interceptors);
  }

  @Override
  public <T> Event<T> event(Topic<T> topic, T payload) {
    // The key even if it is null: on one path the JIT makes one object of the two.
    return Event.of(runtime.newId(), topic.eventTypeOf(payload), source, runtime.now(), payload)
        .withKey(key(topic, payload));
  }

  private static <T> @Nullable String key(Topic<T> topic, T payload) {
    try {
      return topic.keyOf(payload);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the key function of topic " + topic.name() + " failed with " + e.getClass().getName(),
          e);
    }
  }

  @Override
  public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, T payload) {
    Event<T> event;
    try {
      event = event(topic, payload);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          new PublishException(
              PublishException.Outcome.REJECTED,
              "an event for topic " + topic.name() + " can't be made: " + e.getMessage(),
              e));
    }
    return publish(topic, event);
  }

  @Override
  public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
    try {
      return interceptors.isEmpty() ? produce(topic, event, null) : chain(topic).proceed(event);
    } catch (PublishException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(PublishFailures.rejected(topic.name(), event.id(), e));
    }
  }

  private PublishChain chain(Topic<?> topic) {
    PublishChain chain = chains.get(topic);
    return chain != null
        ? chain
        : chains.computeIfAbsent(topic, to -> PublishChain.of(this, to, interceptors));
  }

  /**
   * The end of the chain. An interceptor may have changed the event, but not its payload's topic.
   *
   * @param other what takes the place of the producer, if anything does
   */
  @SuppressWarnings(
      "unchecked") // a payload of another type fails in its serde, which is where it is found
  <T> CompletableFuture<PublishResult> produce(
      Topic<T> topic,
      Event<?> event,
      @Nullable Function<Message, CompletableFuture<PublishResult>> other) {
    ProducerRecord<byte[], byte[]> record;
    try {
      if (topic.isKeyed() && event.key() == null) {
        throw new EventsException(
            "topic "
                + topic.name()
                + " is keyed, and its key function gave null; without a key the event would have no order");
      }
      record = serdes.codec(topic).encode((Event<T>) event);
    } catch (RuntimeException e) {
      PublishException failure = PublishFailures.rejected(topic.name(), event.id(), e);
      probe.publishFailed(topic, event.id(), failure);
      return CompletableFuture.failedFuture(failure);
    }
    return other == null
        ? send(record, sending(topic, event.id()))
        : other.apply(message(topic, record));
  }

  private Sending<PublishResult> sending(Topic<?> topic, String eventId) {
    return listenedTo
        ? new Sending.Heard(this, topic, eventId)
        : new Sending.OfEvent(this, topic, eventId);
  }

  /** From now on events have room for a listener. */
  void isListenedTo() {
    if (!listenedTo) {
      listenedTo = true;
    }
  }

  long nanoTime() {
    return runtime.nanoTime();
  }

  /** Tells how a publish ended that began at {@code start}. */
  void tell(Listener listener, @Nullable Throwable failure, long start) {
    try {
      listener.ended(failure, nanoTime() - start);
    } catch (RuntimeException e) {
      listenerFailures.failed(listener, e);
    }
  }

  private static Message message(Topic<?> topic, ProducerRecord<byte[], byte[]> record) {
    return Message.of(topic.name(), record.key(), record.value())
        .withHeaders(new KafkaHeaders(record.headers()));
  }

  @Override
  public CompletableFuture<Position> publishTombstone(Topic<?> topic, String key) {
    return send(Message.of(topic.name(), key.getBytes(UTF_8), null));
  }

  @Override
  public CompletableFuture<Position> send(Message message) {
    try {
      return send(message, 0);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          new PublishException(
              PublishException.Outcome.REJECTED,
              "a message for topic " + message.topic() + " can't be sent: " + e.getMessage(),
              e));
    }
  }

  /** On its way through the interceptors from {@code index} on, and then to the producer. */
  private CompletableFuture<Position> send(Message message, int index) {
    if (index == interceptors.size()) {
      return send(record(message), new Sending.OfMessage(this, message.topic()));
    }
    return interceptors.get(index).interceptMessage(message, next -> send(next, index + 1));
  }

  private ProducerRecord<byte[], byte[]> record(Message message) {
    RecordHeaders headers = new RecordHeaders();
    for (Headers.Header header : message.headers()) {
      headers.add(header.name(), header.value());
    }
    Instant timestamp = message.timestamp();
    return new ProducerRecord<>(
        names.topic(message.topic()),
        null,
        timestamp == null ? null : timestamp.toEpochMilli(),
        message.key(),
        message.value(),
        headers);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same
  private <R> CompletableFuture<R> send(ProducerRecord<byte[], byte[]> record, Sending<R> sending) {
    health.sent();
    Producer<byte[], byte[]> used = null;
    try {
      used = producer();
      used.send(record, sending);
    } catch (RuntimeException e) {
      // Kafka's client throws, without a callback, what is not an ApiException.
      if (!sending.isDone()) {
        sending.failed(e, true);
        ended();
      }
      if (used != null && used == producer) {
        endLifeIf(e, true);
      }
      if (e instanceof InterruptException) {
        Thread.currentThread().interrupt();
      }
    } finally {
      sending.handedOver();
    }
    return sending;
  }

  /** A record has its outcome, and who waits for it was told. */
  void ended() {
    health.ended();
  }

  /** A record has failed. */
  void ended(Throwable failure, boolean neverSent) {
    endLifeIf(failure, neverSent);
    ended();
  }

  private void endLifeIf(Throwable failure, boolean neverSent) {
    if (ClientLife.endsWith(failure, neverSent, this::wasRefusedAtFirst)) {
      life.ends(failure);
    }
  }

  /** The producer there is; one that does not count was not. */
  private boolean wasRefusedAtFirst() {
    return count("failed-authentication-total") > 0 && count("record-send-total") == 0;
  }

  private double count(String metric) {
    return health.clientMetric("producer-metrics", metric).orElse(0);
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> made = producer;
    if (made != null && !closed && !life.isOver()) {
      return made;
    }
    Producer<byte[], byte[]> dead = null;
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("these events are closed");
      }
      made = producer;
      if (made != null && life.isOver()) {
        if (!life.mayBegin(runtime.nanoTime())) {
          throw life.failure(); // A dead one may take records, and keep them.
        }
        dead = made;
        made = null;
      }
      if (made == null) {
        made = clients.producer(settings.producer());
        health.isOf(made);
        life.begins(runtime.nanoTime());
        producer = made;
      }
      return made;
    } finally {
      lock.unlock();
      if (dead != null) {
        LOG.atWarn()
            .addKeyValue("event", "producer_replaced")
            .log(
                "the producer for {} has died and is replaced; what it had is told as failed",
                config.bootstrapServers());
        dead.close(Duration.ZERO); // Without the lock: its callbacks may publish.
      }
    }
  }

  @Override
  public void flush(Duration timeout) {
    if (!flushed(timeout)) {
      throw new UnsentException(health.unsent(), timeout);
    }
  }

  /** Kafka's flush knows no time-out, but heeds an interrupt: it gets a thread of its own. */
  private boolean flushed(Duration timeout) {
    Producer<byte[], byte[]> made = producer;
    if (made == null || health.unsent() == 0) {
      return true;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread flusher =
        runtime.pollThread(
            "kafka-events-flush",
            () -> {
              try {
                made.flush();
                done.complete(null);
              } catch (InterruptException timedOut) {
                // Nobody waits any more.
              }
            });
    flusher.start();
    try {
      if (runtime.await(done, timeout)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flusher.interrupt();
    return health.unsent() == 0;
  }

  /** Sends what is buffered, for {@code timeout} at most; what is then unsent fails as unknown. */
  Drain close(Duration timeout) {
    long before = health.unsent();
    boolean complete = flushed(timeout);
    long abandoned = complete ? 0 : health.unsent();
    lock.lock();
    try {
      closed = true;
      health.closed();
      if (resender != null) {
        resender.close(Duration.ZERO);
      }
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
    } finally {
      lock.unlock();
    }
    return new Drain(Math.max(0, before - abandoned), abandoned);
  }

  private Publisher resender(Assembly assembly) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("these events are closed");
      }
      Publisher made = resender;
      if (made == null) {
        made = new Publisher(assembly.forResending(), serdes);
        resender = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  /** What interceptors see of this. */
  private final class OfThis implements Publishing {
    private final Assembly assembly;

    OfThis(Assembly assembly) {
      this.assembly = assembly;
    }

    @Override
    public PublisherHealth health() {
      return health;
    }

    @Override
    public CompletableFuture<Position> resend(Message message) {
      try {
        return resender(assembly).send(message);
      } catch (IllegalStateException e) {
        return CompletableFuture.failedFuture(
            new PublishException(
                PublishException.Outcome.NOT_STORED,
                FailureClass.CLIENT_LOST,
                "a message for topic " + message.topic() + " was not sent: " + e.getMessage(),
                e));
      }
    }
  }
}
