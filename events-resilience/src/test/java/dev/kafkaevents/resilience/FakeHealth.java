package dev.kafkaevents.resilience;

import dev.kafkaevents.PublisherHealth;

/** A publisher that is as a test says. */
final class FakeHealth implements PublisherHealth {
  long unsent;
  long outcomes;
  int connections = 3;
  double freeBuffer = 1;

  @Override
  public long unsent() {
    return unsent;
  }

  @Override
  public long outcomes() {
    return outcomes;
  }

  @Override
  public int connections() {
    return connections;
  }

  @Override
  public double freeBuffer() {
    return freeBuffer;
  }
}
