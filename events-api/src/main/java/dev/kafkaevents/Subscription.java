package dev.kafkaevents;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A handler at work on a topic. Safe for use by many threads. */
public interface Subscription extends AutoCloseable {
  /** What a subscription is doing. */
  enum State {
    /** Connecting, and waiting for its first partitions. */
    STARTING,
    /** Delivering events, or waiting for some. */
    RUNNING,
    /** Paused by {@link Subscription#pause()}; still a member of its group. */
    PAUSED,
    /** Letting handlers finish, and committing. */
    CLOSING,
    /** Closed. The end. */
    CLOSED,
    /** Stopped by a failure, which {@link Subscription#stopped} has. The end. */
    FAILED
  }

  /** What it is doing now. */
  State state();

  /**
   * Starts no more handlers, from the next turn of its loop on, a fraction of a second away.
   * Handlers that run go on, and what they finish is committed; partitions are kept.
   */
  void pause();

  /**
   * The same for some partitions only, by number: those it has, and those it gets later. Adds to
   * what is paused already.
   */
  void pause(Set<Integer> partitions);

  /** Delivers again after {@link #pause()}, from all partitions. */
  void resume();

  /**
   * Delivers again from some partitions, by number, as far as {@link #pause()} does not hold all.
   */
  void resume(Set<Integer> partitions);

  /** How it is. Does not wait for anything. */
  SubscriptionHealth health();

  /**
   * How many offsets it is behind; see {@link SubscriptionHealth#lag}. Does not wait for anything.
   */
  default OptionalLong lag() {
    return health().lag();
  }

  /**
   * Waits for the first assignment by the group, which may give it no partition.
   *
   * @return false if {@code timeout} passed, or it stopped, first
   */
  boolean awaitAssigned(Duration timeout) throws InterruptedException;

  /**
   * Completes when it has stopped: normally if it was closed, with a {@link SubscriptionException}
   * if it failed. Cancelling or completing this future changes nothing.
   */
  CompletableFuture<Void> stopped();

  /**
   * Stops starting handlers, waits for those that run, commits what is settled and leaves the
   * group. If handlers still run when {@code timeout} has passed they are interrupted. Once closed,
   * again gives the same answer.
   *
   * @return how many deliveries finished meanwhile, and how many were taken and not settled: those
   *     are delivered again
   */
  Drain close(Duration timeout);

  /** Closes with the configured {@link EventsConfig#closeTimeout}. */
  @Override
  void close();
}
