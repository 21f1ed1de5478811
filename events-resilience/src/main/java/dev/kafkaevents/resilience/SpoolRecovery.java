package dev.kafkaevents.resilience;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier process left in a directory, as the log goes on with it.
 *
 * @param segments that have something which is not done, in their order
 * @param offset of the first message in the first of them that is not done
 * @param oldest when that was spooled, in milliseconds since 1970; 0 if there is none
 * @param next the number of the next segment
 */
record SpoolRecovery(Deque<SpoolSegment> segments, long offset, long oldest, long next) {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolRecovery.class);

  static SpoolRecovery of(OwnerOnly directory, SpoolProgress progress, SpoolQuarantine quarantine)
      throws IOException {
    SpoolProgress.At done = progress.read();
    long next = done.segment() + 1;
    long oldest = 0;
    Deque<SpoolSegment> segments = new ArrayDeque<>();
    try (Stream<Path> files = Files.list(directory.directory())) {
      for (long number :
          files.mapToLong(SpoolSegment::numberOf).filter(n -> n >= 0).sorted().toArray()) {
        next = Math.max(next, number + 1);
        segments.add(SpoolSegment.open(directory, number));
      }
    }
    for (SpoolSegment segment : segments) {
      if (segment.number < done.segment()) {
        continue; // It was done, and the process died before it was deleted.
      }
      long from = segment.number == done.segment() ? Math.min(done.offset(), segment.end()) : 0;
      SpoolSegment.Survey survey = segment.survey(from);
      oldest = oldest == 0 ? survey.oldest() : oldest;
      if (segment == segments.getLast() && survey.tail() < segment.end()) {
        cutOff(directory, segment, survey.tail(), quarantine);
      }
    }
    while (!segments.isEmpty() && isDone(segments.getFirst(), done)) {
      segments.removeFirst().delete();
    }
    boolean isInFirst = !segments.isEmpty() && segments.getFirst().number == done.segment();
    return new SpoolRecovery(segments, isInFirst ? done.offset() : 0, oldest, next);
  }

  private static boolean isDone(SpoolSegment segment, SpoolProgress.At done) {
    return segment.number < done.segment()
        || segment.end() == 0
        || (segment.number == done.segment() && segment.end() <= done.offset());
  }

  private static void cutOff(
      OwnerOnly directory, SpoolSegment last, long at, SpoolQuarantine quarantine)
      throws IOException {
    long size = last.end() - at;
    if (last.isTorn(at)) {
      LOG.atWarn()
          .addKeyValue("event", "spool_torn")
          .addKeyValue("spool", directory)
          .addKeyValue("bytes", size)
          .log(
              "the last {} bytes of {} are a message that was not written to its end, so nobody was"
                  + " told that it is kept; they are cut off",
              size,
              last);
    } else {
      quarantine.damaged(last, at, last.end());
    }
    last.cut(at);
  }
}
