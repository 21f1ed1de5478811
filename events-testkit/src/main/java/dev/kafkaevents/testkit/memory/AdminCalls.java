package dev.kafkaevents.testkit.memory;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.jspecify.annotations.Nullable;

/**
 * Answers the calls of Kafka's administrator that are modelled, which are the methods of {@link
 * AdminOfTopics} and {@link AdminOfGroups}, and refuses all others. Most of Kafka's result types
 * can only be made by reflection.
 */
final class AdminCalls implements InvocationHandler {
  private final Object[] modelled;

  private AdminCalls(Object... modelled) {
    this.modelled = modelled;
  }

  static Admin admin(Broker broker) {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            new AdminCalls(new AdminOfTopics(broker), new AdminOfGroups(broker)));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, arguments);
    }
    if (method.getName().equals("close")) {
      return null;
    }
    for (Object target : modelled) {
      Method own = find(target, method);
      if (own != null) {
        try {
          return own.invoke(target, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause() == null ? e : e.getCause();
        }
      }
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    throw new NotModelledException("Admin." + method.getName());
  }

  private static Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "in-memory administrator";
    };
  }

  private static @Nullable Method find(Object target, Method method) {
    try {
      return target.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** One answer for each key, which may be an exception. */
  static <K, V> Map<K, KafkaFuture<V>> each(
      Broker broker, Collection<K> keys, Function<K, ? extends @Nullable V> answer) {
    Map<K, KafkaFuture<V>> futures = new LinkedHashMap<>();
    for (K key : keys) {
      futures.put(key, future(broker, () -> answer.apply(key)));
    }
    return futures;
  }

  @SuppressWarnings("NullAway") // a future of Void completes with null
  static <V> KafkaFuture<V> future(Broker broker, Supplier<? extends @Nullable V> answer) {
    KafkaFutureImpl<V> future = new KafkaFutureImpl<>();
    broker.atomically(
        () -> {
          try {
            future.complete(answer.get());
          } catch (NotModelledException e) {
            throw e;
          } catch (RuntimeException e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  /** Makes one of Kafka's results with the constructor that takes so many arguments. */
  static <R> R result(Class<R> type, @Nullable Object... arguments) {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == arguments.length) {
        try {
          constructor.setAccessible(true);
          return type.cast(constructor.newInstance(arguments));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("these kafka-clients make no " + type.getName(), e);
        }
      }
    }
    throw new IllegalStateException("these kafka-clients make no " + type.getName());
  }
}
