package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Interceptors and a handler. A retry does not wait: its delay is recorded, and the next attempt
 * goes the inner way. Any other wait is real unless somebody is told of it in its place.
 */
final class FakeChain {
  final List<Duration> delays = new ArrayList<>();
  final List<DeliveryInterceptor.Hold> holds = new ArrayList<>();
  final FakePublisher publisher = new FakePublisher();
  private final List<DeliveryInterceptor> interceptors;
  private final EventHandler<String> handler;
  private int handled;
  private boolean closing;
  private @Nullable Consumer<Duration> onWait;

  FakeChain(EventHandler<String> handler, DeliveryInterceptor... interceptors) {
    this.handler = handler;
    this.interceptors = List.of(interceptors);
  }

  /** Lets a retry end as it does when the subscription closes. */
  FakeChain closing() {
    closing = true;
    return this;
  }

  /** Is told of each wait, in place of it. */
  FakeChain onWait(Consumer<Duration> onWait) {
    this.onWait = onWait;
    return this;
  }

  int handled() {
    return handled;
  }

  Settlement deliver(FakeDelivery delivery) throws Exception {
    return new Link(0, delivery).proceed(delivery);
  }

  private final class Link implements DeliveryInterceptor.Chain {
    private final int index;
    private final FakeDelivery original;

    Link(int index, FakeDelivery original) {
      this.index = index;
      this.original = original;
    }

    @Override
    public Settlement proceed(Delivery<?> delivery) throws Exception {
      if (index < interceptors.size()) {
        return interceptors.get(index).intercept(delivery, new Link(index + 1, original));
      }
      handled++;
      handler.handle(original);
      return Settlement.handled();
    }

    @Override
    public Settlement retry(Delivery<?> delivery, Duration delay) throws Exception {
      delays.add(delay);
      passWait(delay);
      original.nextAttempt();
      return proceed(delivery);
    }

    @Override
    public void await(
        Delivery<?> delivery,
        DeliveryInterceptor.Hold hold,
        CompletionStage<?> ready,
        Duration atMost)
        throws InterruptedException {
      holds.add(hold);
      passWait(atMost);
      if (onWait == null) {
        try {
          ready.toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException over) {
          // Either way the wait is over.
        }
      }
    }

    private void passWait(Duration wait) throws InterruptedException {
      if (closing || Thread.interrupted()) {
        throw new InterruptedException("the partition is let go");
      }
      if (onWait != null) {
        onWait.accept(wait);
      }
    }

    @Override
    public EventPublisher publisher() {
      return publisher;
    }
  }
}
