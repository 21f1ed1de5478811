package dev.kafkaevents.testkit.history;

import java.util.List;
import java.util.stream.Collectors;

/** What a {@link History} comes to. Immutable. */
public final class Verdict {
  private static final int SHOWN = 20;

  private final List<Violation> violations;
  private final Figures figures;
  private final String lastActions;

  Verdict(List<Violation> violations, Figures figures, String lastActions) {
    this.violations = List.copyOf(violations);
    this.figures = figures;
    this.lastActions = lastActions;
  }

  /** What was broken, in the order in which it shows; empty if all is well. */
  public List<Violation> violations() {
    return violations;
  }

  /** How much there was to judge, and what befell it. */
  public Figures figures() {
    return figures;
  }

  /**
   * Throws if anything is wrong.
   *
   * @throws AssertionError with what was broken, and the last actions before it
   */
  public void check() {
    if (!violations.isEmpty()) {
      throw new AssertionError(toString());
    }
  }

  @Override
  public String toString() {
    if (violations.isEmpty()) {
      return "nothing violated; " + figures;
    }
    String shown =
        violations.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining("\n  "));
    return "%d violated:%n  %s%s%n%s%n%n%s"
        .formatted(
            violations.size(),
            shown,
            violations.size() > SHOWN ? "\n  and %d more".formatted(violations.size() - SHOWN) : "",
            figures,
            lastActions);
  }

  /**
   * Counts of a history.
   *
   * @param published events that are stored, as far as told
   * @param delivered attempts
   * @param settled records, each counted once
   * @param deadLettered settlements that were dead letters
   * @param repeated deliveries of what was settled before, each with a reason
   * @param assigned partitions given to members
   * @param lost partitions that members lost, with or without their being told
   * @param crashed members that were killed
   */
  public record Figures(
      int published,
      int delivered,
      int settled,
      int deadLettered,
      int repeated,
      int assigned,
      int lost,
      int crashed) {
    @Override
    public String toString() {
      return "published %,d, delivered %,d, settled %,d (dead letters %,d), repeated %,d; partitions assigned %,d, lost %,d; crashes %,d"
          .formatted(
              published, delivered, settled, deadLettered, repeated, assigned, lost, crashed);
    }
  }
}
