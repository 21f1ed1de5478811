package dev.kafkaevents.core;

import dev.kafkaevents.Event;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One publish on its way through the interceptors from {@code index} on, and then to the producer.
 */
record PublishChain(
    Publisher publisher, Topic<?> topic, List<PublishInterceptor> interceptors, int index)
    implements PublishInterceptor.Chain {

  @Override
  public CompletableFuture<PublishResult> proceed(Event<?> event) {
    if (index == interceptors.size()) {
      return publisher.produce(topic, event);
    }
    PublishInterceptor interceptor = interceptors.get(index);
    CompletableFuture<PublishResult> result =
        interceptor.intercept(event, new PublishChain(publisher, topic, interceptors, index + 1));
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
