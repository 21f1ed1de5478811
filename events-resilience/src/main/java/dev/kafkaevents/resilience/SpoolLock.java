package dev.kafkaevents.resilience;

import dev.kafkaevents.EventsException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;

/** The file that is locked by the process that has the spool, until this is closed. */
record SpoolLock(FileChannel file) implements Closeable {
  /**
   * Locks the directory.
   *
   * @throws EventsException if another has it
   */
  static SpoolLock of(OwnerOnly directory) throws IOException {
    FileChannel file = directory.openFile(directory.path("lock"));
    try {
      if (isLocked(file)) {
        return new SpoolLock(file);
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    file.close();
    throw new EventsException(
        "spool directory "
            + directory
            + " is in use by another application, or by another spool of this one; each needs a"
            + " directory of its own");
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      FileLock held = file.tryLock();
      return held != null;
    } catch (OverlappingFileLockException byAnotherSpool) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
