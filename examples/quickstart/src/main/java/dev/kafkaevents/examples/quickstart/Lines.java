package dev.kafkaevents.examples.quickstart;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream apart into lines, and holds one of them at a time, however long the stream or the
 * line is.
 */
final class Lines implements Closeable {
  static final int MAX_BYTES = 64 * 1024;

  private final InputStream in;
  private long number;

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, MAX_BYTES);
  }

  /**
   * One line, without its end.
   *
   * @param number from 1
   * @param isCut whether there was more than {@link #MAX_BYTES}, which is left out
   */
  record Line(long number, byte[] bytes, boolean isCut) {
    boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return true;
    }
  }

  /** The next line; null if there is none. */
  @Nullable Line next() throws IOException {
    int b = in.read();
    if (b < 0) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    boolean isCut = false;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (bytes.size() < MAX_BYTES) {
        bytes.write(b);
      } else {
        isCut = true;
      }
    }
    return new Line(++number, bytes.toByteArray(), isCut);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
