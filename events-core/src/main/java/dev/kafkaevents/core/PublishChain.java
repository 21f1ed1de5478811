package dev.kafkaevents.core;

import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One publish on its way through the interceptors from {@code index} on, and then to {@code end};
 * to the producer if that is null.
 */
record PublishChain(
    Publisher publisher,
    Topic<?> topic,
    List<PublishInterceptor> interceptors,
    int index,
    @Nullable Function<Message, CompletableFuture<PublishResult>> end)
    implements PublishInterceptor.Chain {

  @Override
  public CompletableFuture<PublishResult> proceed(Event<?> event) {
    return index == interceptors.size() ? publisher.produce(topic, event, end) : next(event, end);
  }

  @Override
  public CompletableFuture<PublishResult> proceed(
      Event<?> event, Function<Message, CompletableFuture<PublishResult>> other) {
    return index == interceptors.size()
        ? publisher.produce(topic, event, other)
        : next(event, other);
  }

  private CompletableFuture<PublishResult> next(
      Event<?> event, @Nullable Function<Message, CompletableFuture<PublishResult>> end) {
    PublishInterceptor interceptor = interceptors.get(index);
    CompletableFuture<PublishResult> result =
        interceptor.intercept(
            event, new PublishChain(publisher, topic, interceptors, index + 1, end));
    if (result == null) {
      throw new IllegalStateException(
          "publish interceptor "
              + interceptor.getClass().getName()
              + " returned null for topic "
              + topic.name());
    }
    return result;
  }
}
