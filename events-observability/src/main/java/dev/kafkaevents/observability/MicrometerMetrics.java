package dev.kafkaevents.observability;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Meters of what is published and what becomes of it. Installed before retries and dead letters, so
 * that it measures deliveries as a whole.
 *
 * <pre>{@code
 * KafkaEvents.builder(config)
 *     .install(MicrometerMetrics.of(registry))
 *     .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)))
 * }</pre>
 *
 * <p>Each meter is registered once for its topic, and its group and outcome where it has them; a
 * record then costs no look-up in the registry. Partitions, offsets, keys, exceptions and client
 * ids are in no tag, so that a subscription has the same number of meters whatever its partitions
 * are: never more than 60, and a topic that is published to never more than 40.
 *
 * <p>What is not known has no value: the lag of a subscription is absent until the ends of all its
 * partitions are known, and again when they no longer are, or it has stopped. It is right while
 * paused, and at most a few seconds old. How breakers stand, what is in spools and what is left of
 * budgets is at most a second old.
 *
 * <p>One object belongs to one registry, and may be installed in several {@code Events}: their
 * figures add up. Safe for use by many threads.
 */
public final class MicrometerMetrics implements EventsPlugin {
  private static final int MAX_TOPICS = 200;

  private final MeterRegistry registry;
  private final PublishMeters.Known publishing;
  private final SubscriptionMeters.Known subscribed;
  private final Publishers publishers;
  private final int maxTopics;
  private final boolean withClients;

  private MicrometerMetrics(MeterRegistry registry, int maxTopics, boolean withClients) {
    this.registry = registry;
    this.maxTopics = maxTopics;
    this.withClients = withClients;
    NamedGauges named = new NamedGauges(registry);
    this.publishing = new PublishMeters.Known(registry, maxTopics);
    this.subscribed = new SubscriptionMeters.Known(registry, maxTopics, named, withClients);
    this.publishers = new Publishers(registry, named, withClients);
  }

  /** Into {@code registry}, for 200 topics. */
  public static MicrometerMetrics of(MeterRegistry registry) {
    return new MicrometerMetrics(requireNonNull(registry, "registry"), MAX_TOPICS, false);
  }

  /**
   * Into the same registry, from nothing, with at most {@code maxTopics} topics published to, and
   * as many pairs of topic and group subscribed to, that have meters of their own. All further ones
   * share meters whose topic and group are {@code _other}.
   */
  public MicrometerMetrics withMaxTopics(int maxTopics) {
    if (maxTopics < 1) {
      throw new IllegalArgumentException(
          "maxTopics is "
              + maxTopics
              + ", must be at least 1; topics past it share one set of meters");
    }
    return new MicrometerMetrics(registry, maxTopics, withClients);
  }

  /**
   * Into the same registry, from nothing, with a dozen figures of Kafka's clients besides: of the
   * producers together, and of the consumers of a group on a topic. Micrometer's own binder has
   * over a hundred for each, and seven more by partition.
   */
  public MicrometerMetrics withClientMetrics() {
    return new MicrometerMetrics(registry, maxTopics, true);
  }

  @Override
  public void install(EventsBuilder builder) {
    builder
        .onPublish(new MeasuredPublish(publishing, publishers))
        .onDelivery(new MeasuredDelivery(subscribed))
        .probe(new MeasuredSubscription(subscribed));
  }
}
