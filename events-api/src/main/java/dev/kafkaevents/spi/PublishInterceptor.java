package dev.kafkaevents.spi;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Wraps each publish, before the event is encoded. Runs on the caller's thread and must not block;
 * used by many threads at once. What it throws fails the future of the publish.
 */
@FunctionalInterface
public interface PublishInterceptor {
  /** Goes on with {@code chain.proceed}, with the event or a changed one, or answers itself. */
  CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain);

  /**
   * Wraps each message that is {@linkplain dev.kafkaevents.EventPublisher#send sent} as it is: dead
   * letters, replays, and tombstones too. Under the same rules; handed on as it is, unless
   * overridden.
   */
  default CompletableFuture<Position> interceptMessage(Message message, MessageChain chain) {
    return chain.proceed(message);
  }

  /**
   * What takes the place of this in a publisher: this itself, unless overridden. Called once for
   * each publisher, when it is assembled.
   *
   * @param publishing that publisher, to be kept and used at any time
   */
  default PublishInterceptor forPublisher(Publishing publishing) {
    return this;
  }

  /**
   * What this says of itself in the health of its publisher: nothing, unless overridden. Asked at
   * any time, by any thread; must not block.
   */
  default List<Condition> conditions() {
    return List.of();
  }

  /** The rest of the way to the broker. */
  interface Chain {
    /** Where the event goes to. */
    Topic<?> topic();

    /** Hands on to the next interceptor, and after the last to the producer. */
    CompletableFuture<PublishResult> proceed(Event<?> event);

    /**
     * Hands on to the next interceptor, and after the last to {@code end} in place of the producer:
     * what it is given is what the producer would have got, encoded and with all its headers. What
     * can't be encoded fails as ever, and never comes to {@code end}.
     */
    CompletableFuture<PublishResult> proceed(
        Event<?> event, Function<Message, CompletableFuture<PublishResult>> end);

    /**
     * Hands on as {@link #proceed(Event)} does, and tells {@code listener} how that ended, whatever
     * comes of it. {@link CompletableFuture#whenComplete} tells the same, with three objects for
     * each event where this has none.
     */
    CompletableFuture<PublishResult> proceed(Event<?> event, Listener listener);
  }

  /** Is told how publishes end, each once. One object may serve any number of them. */
  @FunctionalInterface
  interface Listener {
    /**
     * A publish ended. Called on the thread on which it did, the caller's or that of the network,
     * so it must not block; before or after the future completes. What it throws is logged and goes
     * no further.
     *
     * @param failure null if it is stored
     * @param nanos since it was handed on
     */
    void ended(@Nullable Throwable failure, long nanos);
  }

  /** The rest of the way of a message to the broker. */
  @FunctionalInterface
  interface MessageChain {
    /** Hands on to the next interceptor, and after the last to the producer. */
    CompletableFuture<Position> proceed(Message message);
  }
}
