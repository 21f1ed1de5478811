package dev.kafkaevents.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What this JVM has used up to a moment: time, CPU of all its threads (compilers and collectors
 * too), bytes.
 */
record Meter(long nanos, long cpuNanos, Map<Long, Long> allocated) {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  static Meter read() {
    return new Meter(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocatedByThread());
  }

  private static Map<Long, Long> allocatedByThread() {
    long[] ids = THREADS.getAllThreadIds();
    long[] bytes = THREADS.getThreadAllocatedBytes(ids);
    Map<Long, Long> allocated = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      allocated.put(ids[i], bytes[i]);
    }
    return allocated;
  }

  /** What each of {@code records} took between {@code before} and this. */
  Map<Metric, Double> since(Meter before, int records) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.RATE, records * 1e9 / (nanos - before.nanos));
    values.put(Metric.CPU, (cpuNanos - before.cpuNanos) / 1e3 / records);
    values.put(Metric.ALLOCATED, (double) allocatedSince(before) / records);
    return values;
  }

  /** By the threads there are now; one that has ended in between takes its part with it. */
  private long allocatedSince(Meter before) {
    long sum = 0;
    for (Map.Entry<Long, Long> thread : allocated.entrySet()) {
      sum += thread.getValue() - before.allocated.getOrDefault(thread.getKey(), 0L);
    }
    return sum;
  }
}
