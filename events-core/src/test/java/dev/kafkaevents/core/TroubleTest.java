package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TroubleTest {
  private static final Duration QUIET = Duration.ofNanos(Trouble.QUIET_NANOS);

  private boolean hasWorked = true;
  private long nanos;
  private final Trouble trouble = new Trouble("subscription", () -> hasWorked, new Clock());

  @Test
  void retriable_isTriedForEver() {
    for (int hours = 0; hours < 3; hours++) {
      trouble.met(new CoordinatorNotAvailableException("elected soon"));
      assertThat(trouble.text()).contains("CoordinatorNotAvailableException", "elected soon");
      pass(Duration.ofHours(1));
    }
    pass(QUIET);
    trouble.wentWell();
    assertThat(trouble.text()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void security_onceItHadWorked_isTriedForAWhile(boolean authentication) {
    KafkaException denied =
        authentication
            ? new SaslAuthenticationException("no")
            : GroupAuthorizationException.forGroupId("billing");
    trouble.met(denied);
    pass(Trouble.SECURITY_GRACE.minusSeconds(1));
    trouble.met(denied);
    pass(Duration.ofSeconds(2));
    assertThatThrownBy(() -> trouble.met(denied)).isSameAs(denied);
  }

  @Test
  void security_graceBeginsAnew_whenItWorkedBetween() {
    SaslAuthenticationException denied = new SaslAuthenticationException("no");
    trouble.met(denied);
    pass(Trouble.SECURITY_GRACE.minus(QUIET));
    trouble.wentWell();
    pass(Duration.ofSeconds(6));
    assertThatNoException().isThrownBy(() -> trouble.met(denied));
  }

  /** A client that was refused and waits before it tries again lets a poll come back empty. */
  @Test
  void turnThatGoesWell_betweenFailures_isNotTheEndOfThem() {
    SaslAuthenticationException denied = new SaslAuthenticationException("no");
    for (Duration passed = Duration.ZERO;
        passed.compareTo(Trouble.SECURITY_GRACE) < 0;
        passed = passed.plusSeconds(1)) {
      trouble.met(denied);
      pass(Duration.ofMillis(500));
      trouble.wentWell();
      assertThat(trouble.text()).contains("SaslAuthenticationException");
      pass(Duration.ofMillis(500));
    }
    assertThatThrownBy(() -> trouble.met(denied)).isSameAs(denied);
  }

  @Test
  void security_beforeItEverWorked_endsIt() {
    hasWorked = false;
    SaslAuthenticationException denied = new SaslAuthenticationException("no");
    assertThatThrownBy(() -> trouble.met(denied)).isSameAs(denied);
    assertThatNoException().isThrownBy(() -> trouble.met(new TimeoutException("not yet")));
  }

  @Test
  void allElse_endsIt() {
    FencedInstanceIdException fenced = new FencedInstanceIdException("taken");
    assertThatThrownBy(() -> trouble.met(fenced)).isSameAs(fenced);
  }

  private void pass(Duration duration) {
    nanos += duration.toNanos();
  }

  private final class Clock implements EventsRuntime {
    @Override
    public Instant now() {
      return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
      throw new AssertionError();
    }

    @Override
    public String newId() {
      throw new AssertionError();
    }

    @Override
    public Thread pollThread(String name, Runnable task) {
      throw new AssertionError();
    }

    @Override
    public Thread laneThread(String name, Runnable task) {
      throw new AssertionError();
    }

    @Override
    public Condition condition(Lock lock) {
      throw new AssertionError();
    }

    @Override
    public boolean await(CompletableFuture<?> signal, Duration atMost) {
      throw new AssertionError();
    }

    @Override
    public void park(Duration atMost) {
      // Its pauses are of no interest here.
    }

    @Override
    public void unpark(Thread thread) {
      throw new AssertionError();
    }
  }
}
