package dev.kafkaevents.observability;

import dev.kafkaevents.Event;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Publishing;
import java.util.concurrent.CompletableFuture;

/** Measures each publish until its outcome is known. Thread-safe. */
final class MeasuredPublish implements PublishInterceptor {
  private final PublishMeters.Known known;
  private final Publishers publishers;

  MeasuredPublish(PublishMeters.Known known, Publishers publishers) {
    this.known = known;
    this.publishers = publishers;
  }

  @Override
  public PublishInterceptor forPublisher(Publishing publishing) {
    publishers.watch(publishing.health());
    return this;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the future returned here tells the same
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    PublishMeters meters = known.of(chain.topic().name());
    long start = System.nanoTime();
    meters.started();
    CompletableFuture<PublishResult> published;
    try {
      published = chain.proceed(event);
    } catch (Throwable e) {
      meters.ended(e, System.nanoTime() - start);
      throw e;
    }
    published.whenComplete((result, failure) -> meters.ended(failure, System.nanoTime() - start));
    return published;
  }
}
