package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import org.jspecify.annotations.Nullable;

/** What the suites publish: a key and a number, as text with a colon between them. */
record Note(String key, int number) {
  static final Topic<Note> NOTES = Topic.of("notes", Note.class).keyedBy(Note::key);

  static Serde.Factory serde() {
    return topic -> topic.payloadType() == Note.class ? new OfNotes() : null;
  }

  byte[] bytes() {
    return (key + ":" + number).getBytes(UTF_8);
  }

  static @Nullable Note of(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    int colon = text.lastIndexOf(':');
    try {
      return new Note(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return null;
    }
  }

  private static final class OfNotes implements Serde<Note> {
    @Override
    public String contentType() {
      return "text/x-note";
    }

    @Override
    public byte[] encode(Note note, HeaderSink headers) {
      return note.bytes();
    }

    @Override
    public Note decode(byte[] bytes, Class<? extends Note> payloadType, Headers headers) {
      Note note = Note.of(bytes);
      if (note == null) {
        throw new SerdeException("not a note");
      }
      return note;
    }
  }
}
