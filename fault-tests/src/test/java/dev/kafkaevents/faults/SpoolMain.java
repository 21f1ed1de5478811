package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.PublishBreaker;
import dev.kafkaevents.resilience.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link SpoolingService}: publishes at a rate, with a spool, and tells what it is
 * told of each event, until its standard input ends.
 */
final class SpoolMain {
  private SpoolMain() {}

  public static void main(String[] args) throws IOException {
    Topic<Step> topic = Step.topic(args[1]);
    int number = Integer.parseInt(args[3]);
    int lastSent = Integer.parseInt(args[4]);
    try (Spool spool = Spool.open(Path.of(args[2]), 1L << 30);
        Events events =
            KafkaEvents.builder(EventsConfig.of("spooling", args[0]))
                .serde(Step.serde())
                .onPublish(PublishBreaker.named("steps").spoolingTo(spool))
                .build()) {
      if (lastSent > 0) {
        new Thread(() -> die(spool, lastSent)).start();
      }
      for (int i = 0; System.in.available() == 0; i++) {
        Step step = new Step("key-" + i % SpoolingService.KEYS, number + i);
        events.publish(topic, step).whenComplete((stored, failure) -> tell(step, stored, failure));
        if (i % 100 == 0) {
          tell("left\t" + System.nanoTime() + "\t" + spool.contents().messages());
        }
        LockSupport.parkNanos(1_000_000_000L / Scale.EVENTS_PER_SECOND);
      }
    }
    tell("closed");
  }

  /** As by SIGKILL, when so many have been sent from the spool and more are left. */
  private static void die(Spool spool, int lastSent) {
    for (long most = 0, left = 0; left == 0 || left > most - lastSent; ) {
      left = spool.contents().messages();
      most = Math.max(most, left);
      LockSupport.parkNanos(20_000);
    }
    Runtime.getRuntime().halt(SpoolingService.DIED_WHILE_SENDING);
  }

  private static void tell(Step step, @Nullable PublishResult stored, @Nullable Throwable failure) {
    String outcome =
        stored != null
            ? "STORED"
            : failure instanceof PublishException e ? e.outcome().name() : "BROKEN " + failure;
    tell(outcome + "\t" + step.key() + "\t" + step.number());
  }

  /** One write for each line, so that a kill comes between two lines or not at all. */
  private static void tell(String line) {
    byte[] bytes = (line + "\n").getBytes(UTF_8);
    synchronized (System.out) {
      System.out.write(bytes, 0, bytes.length);
      System.out.flush();
    }
  }
}
