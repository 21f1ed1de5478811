package dev.kafkaevents;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Headers in a list. Immutable. */
final class HeaderList implements Headers {
  static final HeaderList EMPTY = new HeaderList(List.of());

  private final List<Header> headers;

  private HeaderList(List<Header> headers) {
    this.headers = headers;
  }

  static HeaderList of(Iterable<Header> headers) {
    if (headers instanceof HeaderList list) {
      return list;
    }
    List<Header> copy = new ArrayList<>();
    headers.forEach(copy::add);
    return copy.isEmpty() ? EMPTY : new HeaderList(List.copyOf(copy));
  }

  HeaderList plus(Header header) {
    List<Header> copy = new ArrayList<>(headers.size() + 1);
    copy.addAll(headers);
    copy.add(header);
    return new HeaderList(List.copyOf(copy));
  }

  HeaderList minus(String name) {
    if (headers.stream().noneMatch(header -> header.name().equals(name))) {
      return this;
    }
    return new HeaderList(headers.stream().filter(header -> !header.name().equals(name)).toList());
  }

  @Override
  public byte @Nullable [] value(String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).name().equals(name)) {
        return headers.get(i).value();
      }
    }
    return null;
  }

  @Override
  public Iterator<Header> iterator() {
    return headers.iterator();
  }

  @Override
  public String toString() {
    return headers.toString();
  }
}
