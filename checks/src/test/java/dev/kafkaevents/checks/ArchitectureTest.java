package dev.kafkaevents.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;

/** What the POMs can't say about who may use what. */
@AnalyzeClasses(packages = "dev.kafkaevents", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.kafkaevents";
  private static final String SPI = "dev.kafkaevents.spi";
  private static final String CORE = "dev.kafkaevents.core";

  /** All that an application or a test may name of the core. Anything more is a decision. */
  private static final Set<String> PUBLIC_IN_CORE =
      Set.of(
          CORE + ".KafkaEvents",
          CORE + ".KafkaEvents$Builder",
          CORE + ".KafkaSerde", // the only serde that must see Kafka's types
          CORE + ".KafkaFailures", // a rule for handlers that use a client of Kafka's themselves
          CORE + ".KafkaClients", // where the in-memory Kafka and faults slip in
          CORE + ".EventsRuntime", // where virtual time slips in
          CORE + ".NameMapper");

  /** The classes of the core that touch the world outside; the rest get it handed to them. */
  private static final Set<String> AT_THE_EDGE =
      Set.of(
          CORE + ".SystemRuntime",
          CORE + ".LaneThreads",
          CORE + ".RealKafkaClients",
          CORE + ".Deserializers"); // waits for a user's code to end, as that code itself may wait

  /** Time, randomness, threads, waiting and clients: what a test must be able to replace. */
  private static final Set<String> OUTSIDE_WORLD =
      Set.of(
          "java.lang.Thread.sleep",
          "java.lang.Thread.<init>",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.time.Instant.now",
          "java.util.UUID.randomUUID",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.concurrent.ForkJoinPool.commonPool",
          "java.util.concurrent.CompletableFuture.delayedExecutor",
          "java.util.concurrent.CompletableFuture.get",
          "java.util.concurrent.CountDownLatch.<init>",
          "java.util.concurrent.Semaphore.<init>",
          "java.util.concurrent.locks.LockSupport.park",
          "java.util.concurrent.locks.LockSupport.parkNanos",
          "java.util.concurrent.locks.LockSupport.unpark",
          "java.util.concurrent.locks.Lock.newCondition",
          "java.util.concurrent.locks.ReentrantLock.newCondition",
          "java.lang.Object.wait",
          "org.apache.kafka.clients.producer.KafkaProducer.<init>",
          "org.apache.kafka.clients.consumer.KafkaConsumer.<init>",
          "org.apache.kafka.clients.consumer.KafkaShareConsumer.<init>",
          "org.apache.kafka.clients.admin.Admin.create");

  @ArchTest
  static final ArchRule theRootNeverUsesTheSpi =
      noClasses()
          .that()
          .resideInAPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SPI);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(eachPackage()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule contractsUseTheJdkAndJspecifyAlone =
      classes()
          .that()
          .resideInAnyPackage(ROOT, SPI)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify..", ROOT, SPI);

  /** An adapter that must see Kafka's types, were there one, is excepted here by name. */
  @ArchTest
  static final ArchRule addOnsDoNotKnowKafka =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.kafkaevents.serde..",
              "dev.kafkaevents.resilience..",
              "dev.kafkaevents.observability..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule theCoreMeetsTheOutsideWorldAtItsEdge =
      noClasses()
          .that(
              resideInAPackage(CORE + "..")
                  .and(not(describe("at the edge", c -> AT_THE_EDGE.contains(outermost(c))))))
          .should()
          .accessTargetWhere(
              describe("is the outside world", access -> OUTSIDE_WORLD.contains(name(access))));

  @ArchTest
  static final ArchRule theCoreShowsOnlyWhatIsListed =
      classes()
          .that(
              resideInAPackage(CORE + "..")
                  .and(describe("visible outside", ArchitectureTest::visible)))
          .should(
              ArchCondition.from(describe("listed", c -> PUBLIC_IN_CORE.contains(c.getName()))));

  @ArchTest
  static final ArchRule publicFieldsAreFinal = fields().that().arePublic().should().beFinal();

  private static SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        return SliceIdentifier.of(javaClass.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  private static boolean visible(JavaClass c) {
    return c.getModifiers().contains(JavaModifier.PUBLIC)
        && c.getEnclosingClass().map(ArchitectureTest::visible).orElse(true);
  }

  private static String outermost(JavaClass c) {
    return c.getEnclosingClass().map(ArchitectureTest::outermost).orElse(c.getName());
  }

  private static String name(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getTarget().getName();
  }
}
