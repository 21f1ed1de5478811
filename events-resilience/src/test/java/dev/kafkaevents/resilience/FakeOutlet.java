package dev.kafkaevents.resilience;

import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cluster that takes what it is told to, and remembers it. */
class FakeOutlet implements SpoolOutlet {
  final List<String> stored = Collections.synchronizedList(new ArrayList<>());
  final List<CompletableFuture<Position>> open = Collections.synchronizedList(new ArrayList<>());
  final boolean keepsOrder;
  volatile boolean isThere = true;
  volatile boolean answers = true;
  volatile @Nullable String refused;
  final AtomicInteger failures = new AtomicInteger();

  FakeOutlet(boolean keepsOrder) {
    this.keepsOrder = keepsOrder;
  }

  @Override
  public int room() {
    return isThere ? 100 : 0;
  }

  @Override
  public boolean keepsOrder() {
    return keepsOrder;
  }

  @Override
  public CompletableFuture<Position> send(Message message) {
    String text = SpoolTest.text(message);
    if (text.equals(refused)) {
      return failed(Outcome.REJECTED, FailureClass.REJECTED);
    }
    if (!answers) {
      CompletableFuture<Position> none = new CompletableFuture<>();
      open.add(none);
      return none;
    }
    if (failures.getAndDecrement() > 0) {
      return failed(Outcome.NOT_STORED, FailureClass.TRANSIENT);
    }
    stored.add(text);
    return CompletableFuture.completedFuture(new Position("orders", 0, stored.size()));
  }

  private static CompletableFuture<Position> failed(Outcome outcome, FailureClass why) {
    return CompletableFuture.failedFuture(new PublishException(outcome, why, "no", null));
  }

  @Override
  public void stored() {}

  @Override
  public void failed(Throwable failure) {}
}
