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
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    PublishMeters meters = known.of(chain.topic().name());
    meters.started();
    return chain.proceed(event, meters);
  }
}
