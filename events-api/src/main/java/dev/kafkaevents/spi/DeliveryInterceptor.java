package dev.kafkaevents.spi;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Wraps each delivery, before the record is decoded. Runs on the handler's thread and may block;
 * used by many threads at once. It alone may turn a failure into a settlement, or the other way
 * round.
 */
@FunctionalInterface
public interface DeliveryInterceptor {
  /** Goes on with the chain, or answers itself; what it throws is a failure of the delivery. */
  Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception;

  /**
   * What takes the place of this in a subscription that is about to begin: this itself, unless
   * overridden. Called once for each subscription, before it joins its group and reads anything;
   * may block. What it throws fails that subscription.
   */
  default DeliveryInterceptor forSubscription(Beginning beginning) {
    return this;
  }

  /**
   * What contradicts this in {@code inside}, which is all that was installed after it, outermost
   * first: each with the reason and the way out, as one line. Asked when the events are built,
   * which fails unless all are empty.
   */
  default List<String> contradictions(List<DeliveryInterceptor> inside) {
    return List.of();
  }

  /**
   * What this says of itself in the health of its subscription: nothing, unless overridden. Asked
   * at any time, by any thread; must not block.
   */
  default List<Condition> conditions() {
    return List.of();
  }

  /** The rest of the way to the handler. */
  interface Chain {
    /** Hands on to the next interceptor, and after the last decodes and calls the handler. */
    Settlement proceed(Delivery<?> delivery) throws Exception;

    /**
     * Waits for {@code delay}, then hands on the next attempt of {@code delivery}. Meanwhile the
     * slot of this delivery serves others, and only what is ordered after this one waits with it.
     *
     * @throws InterruptedException if the subscription closes or loses the partition: let it pass,
     *     and the record is delivered again later
     */
    Settlement retry(Delivery<?> delivery, Duration delay) throws Exception;

    /**
     * Waits until {@code ready} has completed, one way or the other, or for {@code atMost}. That is
     * no attempt, and meanwhile the slot of this delivery serves others. Afterwards {@link
     * #proceed} may be called, also if it was before: the record is decoded anew.
     *
     * @param hold what waits with it
     * @throws InterruptedException if the subscription closes or loses the partition: let it pass,
     *     and the record is delivered again later
     */
    void await(Delivery<?> delivery, Hold hold, CompletionStage<?> ready, Duration atMost)
        throws InterruptedException;

    /** For what is published on behalf of a delivery, such as its dead letter. */
    EventPublisher publisher();
  }

  /** What waits together with a delivery. */
  enum Hold {
    /** What is ordered after it. */
    LANE,
    /**
     * All of its partition that has not begun yet, until this delivery ends or waits for a {@link
     * Chain#retry}. The partition is paused for {@link dev.kafkaevents.PauseReason#DEPENDENCY}.
     */
    PARTITION
  }
}
