package dev.kafkaevents.resilience;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Stores what is sent, or answers as it is told. */
final class FakePublisher implements EventPublisher {
  final List<Message> sent = Collections.synchronizedList(new ArrayList<>());
  private volatile Function<Message, CompletableFuture<Position>> answer =
      message ->
          CompletableFuture.completedFuture(new Position(message.topic(), 0, sent.size() - 1));

  void answers(Function<Message, CompletableFuture<Position>> answer) {
    this.answer = answer;
  }

  @Override
  public CompletableFuture<Position> send(Message message) {
    sent.add(message);
    return answer.apply(message);
  }

  @Override
  public <T> Event<T> event(Topic<T> topic, T payload) {
    throw new AssertionError("a dead letter is no new event");
  }

  @Override
  public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
    throw new AssertionError("a dead letter is never encoded again");
  }

  @Override
  public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, T payload) {
    throw new AssertionError("a dead letter is never encoded again");
  }

  @Override
  public CompletableFuture<Position> publishTombstone(Topic<?> topic, String key) {
    throw new AssertionError("a dead letter is no tombstone");
  }

  @Override
  public void flush(Duration timeout) {
    throw new AssertionError("a dead letter waits for itself only");
  }
}
