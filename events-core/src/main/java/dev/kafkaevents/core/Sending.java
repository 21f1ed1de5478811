package dev.kafkaevents.core;

import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor.Listener;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record between {@code send} and its outcome: what the publisher's caller waits for and what the
 * producer calls back, in one object, since there is one of them for each event.
 */
abstract class Sending<R> extends CompletableFuture<R> implements Callback {
  final Publisher publisher;

  /** Who calls {@code send}, until it has returned. Cleared by that thread alone. */
  private @Nullable Thread caller = Thread.currentThread();

  private Sending(Publisher publisher) {
    this.publisher = publisher;
  }

  abstract void stored(int partition, long offset);

  abstract void failed(Throwable failure, boolean neverSent);

  /** Later callbacks come from the network. */
  final void handedOver() {
    caller = null;
  }

  /**
   * Called on the caller's own thread, before {@code send} returned, it says that the record never
   * reached the send buffer, so that it is known not to be stored.
   */
  @Override
  public final void onCompletion(RecordMetadata metadata, @Nullable Exception failure) {
    boolean neverSent = failure != null && caller == Thread.currentThread();
    try {
      if (failure == null) {
        stored(metadata.partition(), metadata.offset());
      } else {
        failed(failure, neverSent);
      }
    } finally {
      if (failure == null) {
        publisher.ended();
      } else {
        publisher.ended(failure, neverSent);
      }
    }
  }

  /** An event, of which the probe is told. */
  static class OfEvent extends Sending<PublishResult> {
    private final StoredEvent event;

    OfEvent(Publisher publisher, Topic<?> topic, String eventId) {
      super(publisher);
      this.event = new StoredEvent(topic, eventId);
    }

    /** Before whoever waits for it knows. */
    void ends(@Nullable PublishException failure) {}

    @Override
    final void stored(int partition, long offset) {
      event.isAt(partition, offset);
      if (publisher.probe != Probes.SILENT) {
        publisher.probe.published(event.topic, event.eventId(), event.position());
      }
      ends(null);
      complete(event);
    }

    @Override
    final void failed(Throwable failure, boolean neverSent) {
      PublishException e =
          PublishFailures.of(
              event.topic.name(),
              "event " + Printable.of(event.eventId()),
              failure,
              neverSent,
              publisher.config);
      publisher.probe.publishFailed(event.topic, event.eventId(), e);
      ends(e);
      completeExceptionally(e);
    }
  }

  /** One that a listener may be told of, for which it has room. */
  static final class Heard extends OfEvent {
    private static final VarHandle LISTENER = listenerHandle();

    /** What it has once it has ended. */
    private static final Listener TOO_LATE = (failure, nanos) -> {};

    private volatile @Nullable Listener listener;

    /** When the listener's publish began. Written before the listener is. */
    private long start;

    Heard(Publisher publisher, Topic<?> topic, String eventId) {
      super(publisher, topic, eventId);
    }

    /** False if there is one already, or it has ended. Only by the thread that sent it. */
    boolean tells(Listener listener, long start) {
      if (this.listener != null) {
        return false;
      }
      this.start = start;
      return LISTENER.compareAndSet(this, null, listener);
    }

    @Override
    void ends(@Nullable PublishException failure) {
      Listener told = (Listener) LISTENER.getAndSet(this, TOO_LATE);
      if (told != null) {
        publisher.tell(told, failure, start);
      }
    }

    private static VarHandle listenerHandle() {
      try {
        return MethodHandles.lookup().findVarHandle(Heard.class, "listener", Listener.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  /** Bytes as they are. */
  static final class OfMessage extends Sending<Position> {
    private final String topic;

    OfMessage(Publisher publisher, String topic) {
      super(publisher);
      this.topic = topic;
    }

    @Override
    void stored(int partition, long offset) {
      complete(new Position(topic, partition, offset));
    }

    @Override
    void failed(Throwable failure, boolean neverSent) {
      completeExceptionally(
          PublishFailures.of(topic, "message", failure, neverSent, publisher.config));
    }
  }
}
