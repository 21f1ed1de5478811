package dev.kafkaevents.testkit.memory;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.testkit.memory.Trial.Trouble;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Plays a scenario in many ways: in other orders of what happens on different threads, with smaller
 * batches, with members thrown out of their group, and with applications that crash and start
 * again.
 *
 * <pre>{@code
 * Exploration.of(trial -> {
 *   trial.kafka().createTopic("orders", 2);
 *   History history = trial.history(options);
 *   trial.start("billing", life -> {
 *     Member member = history.member(life.name());
 *     life.onCrash(member::crashed);
 *     life.events().serde(JsonSerde.factory()).probe(member).build().subscribe(ORDERS, options, this::bill);
 *   });
 *   // publish
 *   trial.settle();
 *   history.readBroker(trial.kafka().admin());
 *   history.check();
 * }).seeds(200);
 * }</pre>
 *
 * <p>The threads of events, of clients and of the scenario run one at a time. What else a run
 * depends on is for the scenario to keep the same: a handler's own threads, the machine's clock and
 * random numbers make a seed mean less. A handler that blocks on something of its own is waited
 * for; one that waits for threads of its own works, and is not always the same run.
 *
 * <p>Time is virtual. Everything runs in this JVM; one exploration is used by one thread.
 */
public final class Exploration {
  private static final int SHOWN = 40;
  private static final int MOST_CRASHES = 2;
  private static final int MOST_EVICTIONS = 2;

  /** Once in so many points. */
  private static final int CRASHES = 120;

  private static final int EVICTIONS = 150;

  private final Scenario scenario;

  private Exploration(Scenario scenario) {
    this.scenario = requireNonNull(scenario, "scenario");
  }

  /** Of a scenario that is played anew each time. */
  public static Exploration of(Scenario scenario) {
    return new Exploration(scenario);
  }

  /**
   * Plays it {@code count} times, with the seeds from 1 on.
   *
   * @throws AssertionError with the first seed that fails, why, and the last steps before
   */
  public void seeds(int count) {
    for (long seed = 1; seed <= count; seed++) {
      List<Step> ignored = replay(seed);
    }
  }

  /**
   * Plays it as {@code seed} decides; what was done, in order.
   *
   * @throws AssertionError if that fails
   */
  public List<Step> replay(long seed) {
    Chance chance = new Chance(seed, true);
    Trouble trouble =
        new Trouble() {
          private int crashes;
          private int evictions;

          @Override
          public boolean crashes(Life life) {
            boolean now = crashes < MOST_CRASHES && chance.happens(CRASHES);
            crashes += now ? 1 : 0;
            return now;
          }

          @Override
          public boolean evicts() {
            boolean now = evictions < MOST_EVICTIONS && chance.happens(EVICTIONS);
            evictions += now ? 1 : 0;
            return now;
          }
        };
    return play("seed " + seed, seed, chance, trouble);
  }

  /**
   * Plays it once to count the points where an application could crash, and then once for each
   * point, with a crash there; how many there were. The application starts again, and what comes of
   * it is for the scenario to judge as ever. Points are before and after what an application does
   * with Kafka and with handlers: polls, calls, settles, commits, sends.
   *
   * @throws AssertionError with the first crash that it does not survive
   */
  public int crashEverywhere() {
    CrashAt none = new CrashAt(Integer.MAX_VALUE);
    List<Step> ignored = play("no crash", 1, new Chance(1, false), none);
    for (int point = 1; point <= none.points; point++) {
      ignored = play("a crash at point " + point, 1, new Chance(1, false), new CrashAt(point));
    }
    return none.points;
  }

  private static final class CrashAt implements Trouble {
    private final int point;
    int points;

    CrashAt(int point) {
      this.point = point;
    }

    @Override
    public boolean crashes(Life life) {
      points++;
      return points == point;
    }

    @Override
    public boolean evicts() {
      return false;
    }
  }

  private List<Step> play(String how, long seed, Chance chance, Trouble trouble) {
    InMemoryKafka kafka = InMemoryKafka.byChance(seed, chance);
    VirtualTime time = kafka.virtualTime();
    try {
      new Trial(kafka, time, seed, trouble).play(scenario);
      return time.steps();
    } catch (Throwable e) {
      throw new AssertionError(
          "failed with " + how + ": " + e.getMessage() + lastOf(time.steps()), e);
    }
  }

  private static String lastOf(List<Step> steps) {
    int from = Math.max(0, steps.size() - SHOWN);
    return String.format("%n%nthe last of %d steps%n", steps.size())
        + steps.subList(from, steps.size()).stream()
            .map(step -> "  " + step)
            .collect(Collectors.joining(System.lineSeparator()));
  }
}
