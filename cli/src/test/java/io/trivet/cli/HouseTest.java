package io.trivet.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules of the packages: which may import which, what the pure ones do not use, and which may
 * print.
 */
@AnalyzeClasses(packages = "io.trivet", importOptions = ImportOption.DoNotIncludeTests.class)
final class HouseTest {
    private static final String HOUSE = "io.trivet.";

    /**
     * Room to the rooms that it may import, from the table of {@code ARCHITECTURE.md}; its own and
     * those outside the house are not spoken of.
     */
    private static final Map<String, Set<String>> MAY_IMPORT = table();

    /** Rooms that have rooms of their own: these may not depend on each other in a circle either. */
    private static final List<String> DIVIDED = List.of("wire", "node", "gateway", "mount", "cli");

    /** A row is: {@code | module | `room` | what is in it | room, room |}. */
    private static Map<String, Set<String>> table() {
        Map<String, Set<String>> rows = new LinkedHashMap<>();
        Pattern row = Pattern.compile("\\|[^|]*\\| `([a-z]+)` \\|[^|]*\\|([^|]*)\\|");
        try {
            for (String line : Files.readAllLines(Path.of("../ARCHITECTURE.md"))) {
                Matcher found = row.matcher(line);
                if (found.matches()) {
                    Set<String> above = Set.copyOf(rows.keySet());
                    String allowed = found.group(2).strip();
                    rows.put(
                            found.group(1),
                            switch (allowed) {
                                case "nothing" -> Set.of();
                                case "anything" -> above;
                                default -> Set.of(allowed.split(", "));
                            });
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static final Set<String> CLIENT_MODULE =
            Set.of("model", "message", "placement", "file", "wire", "client", "thread");
    private static final Set<String> PURE = Set.of("model", "placement", "namespace");

    /** Names that say that a thought is missing. */
    private static final List<String> EMPTY_NAMES = List.of("Util", "Utils", "Helper", "Manager", "Impl");

    @ArchTest
    static void everyRoomIsInTheTable(JavaClasses house) {
        assertThat(house.stream().map(HouseTest::room).distinct()).isSubsetOf(MAY_IMPORT.keySet());
    }

    @ArchTest
    static void aRoomKnowsOnlyTheRoomsOfItsRow(JavaClasses house) {
        MAY_IMPORT.forEach((room, allowed) -> noClasses()
                .that(in(Set.of(room)))
                .should()
                .dependOnClassesThat(describe(
                        "are in a room that " + room + " may not know",
                        other -> isOfTheHouse(other) && !room(other).equals(room) && !allowed.contains(room(other))))
                .allowEmptyShould(true)
                .check(house));
    }

    @ArchTest
    static final ArchRule roomsFormNoCircle =
            slices().matching(HOUSE + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static void roomsWithinARoomFormNoCircle(JavaClasses house) {
        DIVIDED.forEach(room -> slices().matching(HOUSE + room + ".(*)")
                .should()
                .beFreeOfCycles()
                .check(house));
    }

    /** What a divided room has at its top wires its rooms together: these do not know it. */
    @ArchTest
    static void aRoomWithinARoomDoesNotKnowTheTop(JavaClasses house) {
        for (String room : DIVIDED) {
            noClasses()
                    .that()
                    .resideInAPackage(HOUSE + room + ".(*)")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(HOUSE + room)
                    .check(house);
        }
    }

    @ArchTest
    static final ArchRule onlyTwoRoomsForceFilesToDisk = noClasses()
            .that(describe(
                    "are not of file or chunk", type -> !Set.of("file", "chunk").contains(room(type))))
            .should()
            .callMethod(FileChannel.class, "force", boolean.class);

    @ArchTest
    static final ArchRule theClientCarriesNoEngine = noClasses()
            .that(in(CLIENT_MODULE))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.ratis..", "org.rocksdb..", "org.eclipse.jetty..", "ch.qos.logback..");

    @ArchTest
    static final ArchRule pureRoomsTouchNoFileSocketThreadOrChance = noClasses()
            .that(in(PURE))
            .should()
            .dependOnClassesThat(describe("do input or output, run threads, or throw dice", HouseTest::isImpure));

    @ArchTest
    static final ArchRule pureRoomsReadNoClock = noClasses()
            .that(in(PURE))
            .should()
            .accessTargetWhere(describe("a clock or dice are read", HouseTest::readsClockOrDice));

    @ArchTest
    static final ArchRule onlyTheCommandLinePrintsAndExits = noClasses()
            .that(describe("are not of the command line", type -> !room(type).equals("cli")))
            .should()
            .accessTargetWhere(describe("something is printed or the process ends", HouseTest::printsOrExits));

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = classes()
            .should(com.tngtech.archunit.lang.conditions.ArchConditions.have(describe(
                    "a name with a thought in it",
                    (JavaClass type) -> EMPTY_NAMES.stream().noneMatch(type.getSimpleName()::endsWith))));

    private static String room(JavaClass type) {
        String inside = type.getPackageName()
                .substring(Math.min(HOUSE.length(), type.getPackageName().length()));
        int dot = inside.indexOf('.');
        return dot < 0 ? inside : inside.substring(0, dot);
    }

    private static boolean isOfTheHouse(JavaClass type) {
        return type.getPackageName().startsWith(HOUSE);
    }

    private static DescribedPredicate<JavaClass> in(Set<String> rooms) {
        return describe("are in " + rooms, type -> isOfTheHouse(type) && rooms.contains(room(type)));
    }

    private static boolean isImpure(JavaClass type) {
        String name = type.getName();
        return name.startsWith("java.nio.file.")
                || name.startsWith("java.nio.channels.")
                || name.startsWith("java.net.")
                || name.startsWith("java.io.File")
                || name.startsWith("java.io.RandomAccessFile")
                || name.startsWith("java.util.random.")
                || Stream.of(
                                "java.lang.Thread",
                                "java.lang.ThreadLocal",
                                "java.lang.Process",
                                "java.util.Random",
                                "java.util.SplittableRandom",
                                "java.util.Timer",
                                "java.security.SecureRandom",
                                "java.util.concurrent.ThreadLocalRandom",
                                "java.util.concurrent.Executors",
                                "java.util.concurrent.CompletableFuture",
                                "java.time.Clock")
                        .anyMatch(name::equals)
                || name.endsWith("Executor") && name.startsWith("java.util.concurrent.")
                || name.endsWith("ExecutorService") && name.startsWith("java.util.concurrent.");
    }

    private static boolean readsClockOrDice(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String call = target.getOwner().getName() + "." + target.getName();
        return call.startsWith("java.time.") && call.endsWith(".now")
                || Set.of(
                                "java.lang.System.currentTimeMillis",
                                "java.lang.System.nanoTime",
                                "java.lang.Math.random",
                                "java.util.UUID.randomUUID",
                                "java.util.Collections.shuffle")
                        .contains(call);
    }

    private static boolean printsOrExits(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String call = target.getOwner().getName() + "." + target.getName();
        return Set.of(
                                "java.lang.System.out",
                                "java.lang.System.err",
                                "java.lang.System.exit",
                                "java.lang.Runtime.exit",
                                "java.lang.Runtime.halt",
                                "java.io.Console.printf",
                                "java.io.Console.writer")
                        .contains(call)
                || target.getName().equals("printStackTrace");
    }
}
