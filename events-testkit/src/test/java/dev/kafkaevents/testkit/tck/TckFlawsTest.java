package dev.kafkaevents.testkit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.TestRun;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import dev.kafkaevents.testkit.junit.WrongConsumer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The suites find what is wrong with an implementation. */
class TckFlawsTest {
  enum Flaw {
    TELLS_ANOTHER_PLACE(Elsewhere.class, "anEvent_liesWhereItsResultSays"),
    PUBLISHES_TWICE(Twice.class, "anEvent_liesWhereItsResultSays"),
    LOSES_THE_KEY(Keyless.class, "aKey_staysOnItsPartition_inOrder"),
    CHANGES_MESSAGES(Changing.class, "aMessage_isSentAsItIs"),
    HIDES_FAILURES(Hiding.class, "whatIsRefused_isKnownNotToBeStored"),
    SKIPS(Skipping.class, "whatWasThere_andWhatComes_isHandledOnce"),
    REORDERS(Reordering.class, "aKey_isHandledInOrder_oneAtATime"),
    COMMITS_AHEAD(CommittingAhead.class, "aFailureThatNobodyAnswers_stopsIt_andTheEventComesAgain"),
    SWALLOWS_FAILURES(Swallowing.class, "aFailureThatNobodyAnswers_stopsIt_andTheEventComesAgain"),
    SHARES_PRODUCERS(Sharing.class, "eachCall_makesAClientOfItsOwn"),
    IGNORES_CONFIGURATION(Ignoring.class, "theConfiguration_isThatOfTheClient"),
    ANSWERS_ERRORS(AnsweringErrors.class, "anError_isNoAnswer_andStopsTheSubscription"),
    ANSWERS_INTERRUPTS(
        AnsweringInterrupts.class, "anInterruptWhenItCloses_isNoAnswer_andTheEventComesAgain"),
    HANDLES_TWICE(HandlingTwice.class, "whatSucceeds_isHandledOnce_byManyAtOnce");

    final Class<?> suite;
    final String found;

    Flaw(Class<?> suite, String found) {
      this.suite = suite;
      this.found = found;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFlaw_isFound(Flaw flaw) {
    TestRun run = TestRun.of(flaw.suite, flaw.found);

    assertThat(run.names(Status.FAILED)).containsExactly("memory " + flaw.found + "(TestKafka)");
  }

  /** Hands all on but what a flaw overrides. */
  abstract static class Publishing implements EventPublisher {
    final EventPublisher publisher;

    Publishing(EventPublisher publisher) {
      this.publisher = publisher;
    }

    @Override
    public <T> Event<T> event(Topic<T> topic, T payload) {
      return publisher.event(topic, payload);
    }

    @Override
    public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
      return publisher.publish(topic, event);
    }

    @Override
    public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, T payload) {
      return publish(topic, event(topic, payload));
    }

    @Override
    public CompletableFuture<Position> publishTombstone(Topic<?> topic, String key) {
      return publisher.publishTombstone(topic, key);
    }

    @Override
    public CompletableFuture<Position> send(Message message) {
      return publisher.send(message);
    }

    @Override
    public void flush(Duration timeout) {
      publisher.flush(timeout);
    }
  }

  @EventsTest
  static class Elsewhere extends PublisherTck {
    @Override
    protected EventPublisher publisher(TestKafka kafka, Serde.Factory serde) {
      return new Publishing(kafka.events(builder -> builder.serde(serde))) {
        @Override
        public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
          return super.publish(topic, event)
              .thenApply(
                  result -> {
                    Position at = result.position();
                    return PublishResult.of(
                        result.eventId(),
                        new Position(at.topic(), at.partition(), at.offset() + 1));
                  });
        }
      };
    }
  }

  @EventsTest
  static class Twice extends PublisherTck {
    @Override
    protected EventPublisher publisher(TestKafka kafka, Serde.Factory serde) {
      return new Publishing(kafka.events(builder -> builder.serde(serde))) {
        @Override
        public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
          super.publish(topic, event).join();
          return super.publish(topic, event);
        }
      };
    }
  }

  @EventsTest
  static class Keyless extends PublisherTck {
    @Override
    protected EventPublisher publisher(TestKafka kafka, Serde.Factory serde) {
      return new Publishing(kafka.events(builder -> builder.serde(serde))) {
        @Override
        public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
          Topic<T> unkeyed = Topic.of(topic.name(), topic.payloadType());
          return publisher.publish(unkeyed, event.withKey("r-" + event.id()));
        }
      };
    }
  }

  @EventsTest
  static class Changing extends PublisherTck {
    @Override
    protected EventPublisher publisher(TestKafka kafka, Serde.Factory serde) {
      return new Publishing(kafka.events(builder -> builder.serde(serde))) {
        @Override
        public CompletableFuture<Position> send(Message message) {
          return super.send(message.withHeaders(message.headers().without("b")));
        }
      };
    }
  }

  @EventsTest
  static class Hiding extends PublisherTck {
    @Override
    protected EventPublisher publisher(TestKafka kafka, Serde.Factory serde) {
      return new Publishing(kafka.events(builder -> builder.serde(serde))) {
        @Override
        public <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event) {
          return super.publish(topic, event)
              .exceptionally(e -> PublishResult.of(event.id(), new Position(topic.name(), 0, 0)));
        }
      };
    }
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class Skipping extends SubscriberTck {
    @Override
    protected Events events(TestKafka kafka, Serde.Factory serde) {
      return wrong(WrongConsumer.SKIPS, kafka, serde);
    }
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class Reordering extends SubscriberTck {
    @Override
    protected Events events(TestKafka kafka, Serde.Factory serde) {
      return wrong(WrongConsumer.REORDERS, kafka, serde);
    }
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class CommittingAhead extends SubscriberTck {
    @Override
    protected Events events(TestKafka kafka, Serde.Factory serde) {
      return wrong(WrongConsumer.COMMITS_AHEAD, kafka, serde);
    }
  }

  private static Events wrong(WrongConsumer how, TestKafka kafka, Serde.Factory serde) {
    return kafka.events(builder -> builder.serde(serde).clients(how.around(kafka.clients())));
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class Swallowing extends SubscriberTck {
    @Override
    protected Events events(TestKafka kafka, Serde.Factory serde) {
      Events events = kafka.events(builder -> builder.serde(serde));
      return (Events)
          Proxy.newProxyInstance(
              Events.class.getClassLoader(),
              new Class<?>[] {Events.class},
              (proxy, method, arguments) -> {
                for (int i = 0; arguments != null && i < arguments.length; i++) {
                  if (arguments[i] instanceof EventHandler<?> handler) {
                    arguments[i] = swallowing(handler);
                  }
                }
                try {
                  return method.invoke(events, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private static <T> EventHandler<T> swallowing(EventHandler<T> handler) {
      return delivery -> {
        try {
          handler.handle(delivery);
        } catch (IllegalStateException e) {
          // Nobody will know.
        }
      };
    }
  }

  @EventsTest
  static class Sharing extends KafkaClientsTck {
    @Override
    protected KafkaClients clients(TestKafka kafka) {
      KafkaClients clients = kafka.clients();
      return new KafkaClients() {
        private Producer<byte[], byte[]> shared;

        @Override
        public Producer<byte[], byte[]> producer(Map<String, Object> config) {
          if (shared == null) {
            shared = clients.producer(config);
          }
          return shared;
        }

        @Override
        public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
          return clients.consumer(config);
        }

        @Override
        public Admin admin(Map<String, Object> config) {
          return clients.admin(config);
        }
      };
    }
  }

  @EventsTest
  static class Ignoring extends KafkaClientsTck {
    @Override
    protected KafkaClients clients(TestKafka kafka) {
      KafkaClients clients = kafka.clients();
      return new KafkaClients() {
        @Override
        public Producer<byte[], byte[]> producer(Map<String, Object> config) {
          Map<String, Object> changed = new HashMap<>(config);
          changed.keySet().removeAll(List.of("max.request.size", "acks"));
          return clients.producer(changed);
        }

        @Override
        public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
          return clients.consumer(config);
        }

        @Override
        public Admin admin(Map<String, Object> config) {
          return clients.admin(config);
        }
      };
    }
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class AnsweringErrors extends DeliveryInterceptorTck {
    @Override
    protected DeliveryInterceptor interceptor() {
      return (delivery, chain) -> {
        try {
          return chain.proceed(delivery);
        } catch (Error e) {
          return Settlement.handled();
        }
      };
    }
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class AnsweringInterrupts extends DeliveryInterceptorTck {
    @Override
    protected DeliveryInterceptor interceptor() {
      return (delivery, chain) -> {
        try {
          return chain.proceed(delivery);
        } catch (Exception e) {
          return Settlement.handled();
        }
      };
    }
  }

  @EventsTest(unchecked = "the suite is to find it")
  static class HandlingTwice extends DeliveryInterceptorTck {
    @Override
    protected DeliveryInterceptor interceptor() {
      return (delivery, chain) -> {
        chain.proceed(delivery);
        return chain.proceed(delivery);
      };
    }
  }
}
