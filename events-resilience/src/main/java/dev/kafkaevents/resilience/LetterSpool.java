package dev.kafkaevents.resilience;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The spool of dead letters: what their topic does not take at the first try. Thread-safe. */
record LetterSpool(Spool spool, LetterBox box) {
  void sendThrough(EventPublisher publisher) {
    spool.replayTo(new Outlet(publisher), publisher);
  }

  /**
   * Stores {@code letter}, or keeps it; returns where it is. If it can be neither, for a reason
   * that may pass, it goes the way of a letter without a spool.
   */
  Position store(Letter letter, boolean stopping) throws InterruptedException {
    if (!spool.holdsAny()) {
      try {
        return box.store(letter, true);
      } catch (EventsException e) {
        if (!LetterBox.mayPass(e.getCause())) {
          throw e;
        }
      }
    }
    CompletableFuture<Position> kept =
        spool.take(letter.message(), "the dead letter of " + letter.delivery().position());
    try {
      return LetterBox.stored(kept, letter);
    } catch (ExecutionException e) {
      return Spool.isSpooled(e.getCause())
          ? Spool.at(letter.message())
          : box.store(letter, stopping);
    }
  }

  /** Letters in a spool may be stored twice, and those of a key are stored in their order. */
  private record Outlet(EventPublisher publisher) implements SpoolOutlet {
    @Override
    public int room() {
      return Integer.MAX_VALUE;
    }

    @Override
    public boolean keepsOrder() {
      return false;
    }

    @Override
    public CompletableFuture<Position> send(Message letter) {
      return publisher.send(letter);
    }

    @Override
    public void stored() {}

    @Override
    public void failed(Throwable failure) {}
  }
}
