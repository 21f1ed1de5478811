package dev.kafkaevents.core;

import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.PublishInterceptor.Listener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way of publishes to one topic from an interceptor on, through those after it, to the end.
 * Nothing in it is of a single event, so there is one for each topic. Immutable.
 */
final class PublishChain implements PublishInterceptor.Chain {
  private final Publisher publisher;
  private final Topic<?> topic;

  /** What is next, and what it goes on with; null at the end. */
  private final @Nullable PublishInterceptor interceptor;

  private final @Nullable PublishChain rest;

  /** What is there in place of the producer, if anything is. */
  private final @Nullable Function<Message, CompletableFuture<PublishResult>> end;

  private PublishChain(
      Publisher publisher,
      Topic<?> topic,
      @Nullable PublishInterceptor interceptor,
      @Nullable PublishChain rest,
      @Nullable Function<Message, CompletableFuture<PublishResult>> end) {
    this.publisher = publisher;
    this.topic = topic;
    this.interceptor = interceptor;
    this.rest = rest;
    this.end = end;
  }

  static PublishChain of(
      Publisher publisher, Topic<?> topic, List<PublishInterceptor> interceptors) {
    PublishChain chain = new PublishChain(publisher, topic, null, null, null);
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      chain = new PublishChain(publisher, topic, interceptors.get(i), chain, null);
    }
    return chain;
  }

  private PublishChain endingAt(Function<Message, CompletableFuture<PublishResult>> other) {
    return new PublishChain(
        publisher, topic, interceptor, rest == null ? null : rest.endingAt(other), other);
  }

  @Override
  public Topic<?> topic() {
    return topic;
  }

  @Override
  public CompletableFuture<PublishResult> proceed(Event<?> event) {
    if (interceptor == null || rest == null) {
      return publisher.produce(topic, event, end);
    }
    CompletableFuture<PublishResult> result = interceptor.intercept(event, rest);
    if (result == null) {
      throw new IllegalStateException(
          "publish interceptor "
              + interceptor.getClass().getName()
              + " returned null for topic "
              + topic.name());
    }
    return result;
  }

  @Override
  public CompletableFuture<PublishResult> proceed(
      Event<?> event, Function<Message, CompletableFuture<PublishResult>> other) {
    return endingAt(other).proceed(event);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the future returned here tells the same
  public CompletableFuture<PublishResult> proceed(Event<?> event, Listener listener) {
    publisher.isListenedTo();
    long start = publisher.nanoTime();
    CompletableFuture<PublishResult> result;
    try {
      result = proceed(event);
    } catch (Throwable e) {
      publisher.tell(listener, e, start);
      throw e;
    }
    if (!(result instanceof Sending.Heard sending && sending.tells(listener, start))) {
      result.whenComplete((stored, failure) -> publisher.tell(listener, failure, start));
    }
    return result;
  }
}
