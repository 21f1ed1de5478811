package dev.kafkaevents.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** The only class that knows of virtual threads: bytecode is Java 17's, and they came with 21. */
final class LaneThreads {
  private static final @Nullable VirtualThreads VIRTUAL = VirtualThreads.find();

  private LaneThreads() {}

  static boolean areVirtual() {
    return VIRTUAL != null;
  }

  /** A virtual thread where there are any, a platform thread where not. Not started. */
  static Thread lightest(String name, Runnable task) {
    return VIRTUAL == null ? platform(name, task) : VIRTUAL.newThread(name, task);
  }

  /** A daemon, so that an application that forgets to close can still end. Not started. */
  static Thread platform(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** {@code Thread.ofVirtual().name(name).unstarted(task)}. */
  private record VirtualThreads(MethodHandle ofVirtual, MethodHandle name, MethodHandle unstarted) {
    static @Nullable VirtualThreads find() {
      try {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> builder = Class.forName("java.lang.Thread$Builder");
        Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
        return new VirtualThreads(
            lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual)),
            lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class)),
            lookup.findVirtual(
                builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class)));
      } catch (ReflectiveOperationException beforeJava21) {
        return null;
      }
    }

    Thread newThread(String threadName, Runnable task) {
      try {
        return (Thread) unstarted.invoke(name.invoke(ofVirtual.invoke(), threadName), task);
      } catch (Throwable e) {
        throw new IllegalStateException("this JVM has virtual threads, and refuses to make one", e);
      }
    }
  }
}
