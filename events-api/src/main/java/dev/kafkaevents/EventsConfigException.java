package dev.kafkaevents;

import java.util.List;

/** A configuration that can't be used, with everything that is wrong with it. */
public final class EventsConfigException extends EventsException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // always an immutable list of strings
  private final List<String> problems;

  /** With each problem as one line: key, source, reason and remedy; never the value of a secret. */
  public EventsConfigException(List<String> problems) {
    super(
        problems.size() == 1
            ? "configuration: " + problems.get(0)
            : "configuration has "
                + problems.size()
                + " problems:\n  "
                + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each problem as one line. */
  public List<String> problems() {
    return problems;
  }
}
