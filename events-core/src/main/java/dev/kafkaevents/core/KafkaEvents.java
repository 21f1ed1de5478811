package dev.kafkaevents.core;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Drain;
import dev.kafkaevents.Event;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.Topics;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on Apache Kafka.
 *
 * <pre>{@code
 * try (Events events =
 *     KafkaEvents.builder(EventsConfig.of("shop", "localhost:9092"))
 *         .serde(JsonSerde.factory())
 *         .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)))
 *         .build()) {
 *   events.publish(ORDERS, new OrderPlaced("o-1", new BigDecimal("9.90"))).join();
 * }
 * }</pre>
 *
 * <p>Nothing connects before it is needed: the producer is made at the first publish, a consumer
 * for each subscription.
 */
public final class KafkaEvents implements Events {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEvents.class);

  private final Assembly assembly;
  private final Serdes serdes;
  private final Publisher publisher;
  private final ClusterTopics topics;
  private final Set<KafkaSubscription<?>> subscriptions = ConcurrentHashMap.newKeySet();

  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean closed;
  private @Nullable CloseReport report;

  private KafkaEvents(Assembly assembly) {
    this.assembly = assembly;
    this.serdes = new Serdes(assembly.serdes(), assembly.names(), assembly.config().source());
    this.publisher = new Publisher(assembly, serdes);
    this.topics = new ClusterTopics(assembly);
  }

  /** Begins an assembly for {@code config}. */
  public static Builder builder(EventsConfig config) {
    return new Builder(config);
  }

  @Override
  public <T> Event<T> event(Topic<T> topic, T payload) {
    return publisher.event(topic, payload);
  }

  @Override
  public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
    return publisher.publish(topic, event);
  }

  @Override
  public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, T payload) {
    return publisher.publish(topic, payload);
  }

  @Override
  public CompletableFuture<Position> publishTombstone(Topic<?> topic, String key) {
    return publisher.publishTombstone(topic, key);
  }

  @Override
  public CompletableFuture<Position> send(Message message) {
    return publisher.send(message);
  }

  @Override
  public void flush(Duration timeout) {
    publisher.flush(timeout);
  }

  @Override
  public Topics topics() {
    return topics;
  }

  @Override
  public PublisherHealth publisherHealth() {
    return publisher.health;
  }

  @Override
  public <T> Subscription subscribe(
      Topic<T> topic, SubscribeOptions options, EventHandler<T> handler) {
    Deliveries<T> deliveries =
        new Deliveries<>(
            topic,
            options.group(),
            serdes.codec(topic),
            requireNonNull(handler, "handler"),
            assembly.deliveryInterceptors(),
            publisher,
            assembly.probe());
    KafkaSubscription<T> subscription =
        new KafkaSubscription<>(assembly, options, deliveries, topics, subscriptions::remove);
    subscriptions.add(subscription);
    assembly.probe().subscribed(options.group(), topic, subscription);
    subscription.start();
    if (closed) {
      subscription.requestClose(Duration.ZERO);
      throw new IllegalStateException("these events are closed");
    }
    return subscription;
  }

  /**
   * The event in a record, as a subscription to {@code topic} would read it: for tests and tools
   * that look into a topic. No interceptor sees it.
   *
   * @throws dev.kafkaevents.SerdeException if it can't be read as an event of this topic, or is a
   *     tombstone
   */
  public <T> Event<T> decode(Topic<T> topic, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      throw new SerdeException(
          "the record at %s is a tombstone: it has no event"
              .formatted(new Position(topic.name(), record.partition(), record.offset())));
    }
    return serdes.codec(topic).decode(record);
  }

  @Override
  public CloseReport close(Duration timeout) {
    closed = true;
    long by = assembly.runtime().nanoTime() + timeout.toNanos();
    closing.lock();
    try {
      if (report == null) {
        List<KafkaSubscription<?>> open = List.copyOf(subscriptions);
        open.forEach(subscription -> subscription.requestClose(timeout));
        Drain deliveries = new Drain(0, 0);
        for (KafkaSubscription<?> subscription : open) {
          deliveries = deliveries.plus(subscription.close(timeout));
        }
        report = new CloseReport(publisher.close(left(by)), deliveries);
      }
      return report;
    } finally {
      closing.unlock();
    }
  }

  private Duration left(long by) {
    return Duration.ofNanos(Math.max(0, by - assembly.runtime().nanoTime()));
  }

  @Override
  public void close() {
    Drain publishing = close(assembly.config().closeTimeout()).publishing();
    if (!publishing.isComplete()) {
      LOG.atWarn()
          .addKeyValue("event", "closed_unsent")
          .addKeyValue("unsent", publishing.abandoned())
          .log(
              "{} closed with {} events unsent, which may or may not be stored",
              assembly.config().application(),
              publishing.abandoned());
    }
  }

  /**
   * Assembles {@link KafkaEvents}. Used by one thread. Beyond what plugins see it has the seams for
   * tests: clients, runtime and names.
   */
  public static final class Builder implements EventsBuilder {
    private final EventsConfig config;
    private final List<Serde.Factory> serdes = new ArrayList<>();
    private final List<PublishInterceptor> publishInterceptors = new ArrayList<>();
    private final List<DeliveryInterceptor> deliveryInterceptors = new ArrayList<>();
    private final List<EventsProbe> probes = new ArrayList<>();
    private KafkaClients clients = KafkaClients.real();
    private EventsRuntime runtime = EventsRuntime.system();
    private NameMapper names = NameMapper.identity();

    private Builder(EventsConfig config) {
      this.config = requireNonNull(config, "config");
    }

    @Override
    public Builder serde(Serde.Factory factory) {
      serdes.add(requireNonNull(factory, "factory"));
      return this;
    }

    @Override
    public Builder onPublish(PublishInterceptor interceptor) {
      publishInterceptors.add(requireNonNull(interceptor, "interceptor"));
      return this;
    }

    @Override
    public Builder onDelivery(DeliveryInterceptor interceptor) {
      deliveryInterceptors.add(requireNonNull(interceptor, "interceptor"));
      return this;
    }

    @Override
    public Builder probe(EventsProbe probe) {
      probes.add(requireNonNull(probe, "probe"));
      return this;
    }

    @Override
    public Builder install(EventsPlugin plugin) {
      plugin.install(this);
      return this;
    }

    /** Puts other clients in, such as those of an in-memory Kafka. */
    public Builder clients(KafkaClients clients) {
      this.clients = requireNonNull(clients, "clients");
      return this;
    }

    /** Puts another clock and other threads in. */
    public Builder runtime(EventsRuntime runtime) {
      this.runtime = requireNonNull(runtime, "runtime");
      return this;
    }

    /** Maps the names of topics and groups, so that tests can share a cluster. */
    public Builder names(NameMapper names) {
      this.names = requireNonNull(names, "names");
      return this;
    }

    /**
     * Makes what was assembled. Connects to nothing yet.
     *
     * @throws EventsConfigException with every value that Kafka's clients refuse, or with every
     *     contradiction among interceptors
     */
    public Events build() {
      ClientSettings settings = ClientSettings.of(config);
      requireNoContradiction();
      return new KafkaEvents(
          new Assembly(
              config,
              settings,
              clients,
              runtime,
              names,
              List.copyOf(serdes),
              List.copyOf(publishInterceptors),
              List.copyOf(deliveryInterceptors),
              Probes.of(probes, runtime)));
    }

    private void requireNoContradiction() {
      List<String> problems = new ArrayList<>();
      for (int i = 0; i < deliveryInterceptors.size(); i++) {
        problems.addAll(
            deliveryInterceptors
                .get(i)
                .contradictions(
                    List.copyOf(deliveryInterceptors.subList(i + 1, deliveryInterceptors.size()))));
      }
      String vulnerable = Vulnerable.problem(AppInfoParser.getVersion());
      if (vulnerable != null) {
        problems.add(vulnerable);
      }
      if (!problems.isEmpty()) {
        throw new EventsConfigException(problems);
      }
    }
  }
}
