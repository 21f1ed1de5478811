package dev.kafkaevents.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What must be in order: a queue of runs, worked on by at most one worker at a time.
 *
 * <p>The poll thread alone puts in; the worker that holds the lane alone takes out. {@link
 * #scheduled} says whether it is queued or held, and hands the reading side from one worker to the
 * next.
 */
final class Lane {
  private static final VarHandle SCHEDULED = scheduledHandle();

  private volatile boolean scheduled;

  /** The run of the segment that is being distributed. Confined to the poll thread. */
  private @Nullable Run open;

  /** What was put in last. Confined to the poll thread. */
  private Run tail = Run.exhausted();

  /** What is being worked on. Belongs to the holder. */
  private Run current = tail;

  /**
   * Appends a record of the segment being distributed; true if it is the first for this lane. Poll
   * thread.
   */
  boolean append(Segment segment, int index) {
    if (open != null) {
      open.append(index);
      return false;
    }
    open = new Run(segment, index);
    return true;
  }

  /**
   * Lets workers see what was appended; true if the lane has to be queued for them. Poll thread.
   */
  boolean publish() {
    Run run = open;
    if (run == null) {
      return false;
    }
    open = null;
    tail.next = run;
    tail = run;
    return SCHEDULED.compareAndSet(this, false, true);
  }

  /** Whether nobody holds it and nothing is in it, as far as the poll thread can see. */
  boolean isIdle() {
    return open == null && !scheduled;
  }

  /** The run to go on with, or null if there is nothing in this lane now. Holder. */
  @Nullable Run current() {
    if (current.isExhausted()) {
      Run next = current.next;
      if (next == null) {
        return null;
      }
      current.next = null; // An old run must not keep all that came after it in memory.
      current = next;
    }
    return current;
  }

  /**
   * Gives the lane back; true if something came in meanwhile, so that the caller still holds it.
   * Holder.
   */
  boolean keepsOnRelease() {
    Run last = current;
    scheduled = false;
    return last.next != null && SCHEDULED.compareAndSet(this, false, true);
  }

  private static VarHandle scheduledHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Lane.class, "scheduled", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
