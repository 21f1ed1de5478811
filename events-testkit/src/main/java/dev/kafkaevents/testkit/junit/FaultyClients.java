package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.core.KafkaClients;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** Puts planned faults between the events and any clients. */
record FaultyClients(KafkaClients clients, Faults faults, ReadingWatch watch)
    implements KafkaClients {
  @Override
  @SuppressWarnings("unchecked") // a proxy has no type arguments
  public Producer<byte[], byte[]> producer(Map<String, Object> config) {
    FaultyProducer faulty = new FaultyProducer(clients.producer(config), faults);
    return (Producer<byte[], byte[]>) proxy(Producer.class, faulty);
  }

  @Override
  @SuppressWarnings("unchecked") // a proxy has no type arguments
  public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    FaultyConsumer faulty =
        new FaultyConsumer(clients.consumer(config), config, faults, watch.of(config));
    return (Consumer<byte[], byte[]>) proxy(Consumer.class, faulty);
  }

  @Override
  public Admin admin(Map<String, Object> config) {
    return clients.admin(config);
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  static @Nullable Object pass(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
