package io.trivet.faults;

import io.trivet.faults.machine.Abilities;
import io.trivet.faults.powerloss.SurvivalPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The long run: {@code faults/run --seed S --faults N --minutes M --kinds powerloss,full --survival
 * strict --files small --back-within SECONDS --nodes K --workers W --historians H --debt-every E --data DIR}.
 * Prints a table of the faults and what was observed. Exit code 0 without a violation; otherwise 1,
 * and the directory keeps the nodes' logs, and their disks in {@code kept}.
 */
public final class LongRun {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final Duration DEBT_LIMIT = Duration.ofMinutes(5);

    private LongRun() {}

    /** Every option has a default; that of the seed is the time, and is printed. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = options(arguments);
        long seed = Long.parseLong(options.getOrDefault("--seed", Long.toString(System.currentTimeMillis())));
        Path base = options.containsKey("--data")
                ? Files.createDirectories(Path.of(options.get("--data")))
                : Files.createTempDirectory("trivet-faults");
        System.out.println("seed " + seed + ", nodes and logs in " + base);
        Report report = run(options, seed, base);
        report.lines().forEach(System.out::println);
        System.exit(report.violations().isEmpty() ? 0 : 1);
    }

    private static Report run(Map<String, String> options, long seed, Path base) throws IOException {
        int nodes = number(options, "--nodes", 3);
        FaultRun.Settings settings = new FaultRun.Settings(
                "long",
                seed,
                number(options, "--workers", 4),
                number(options, "--historians", 3),
                base,
                mix(options),
                Duration.ofMinutes(number(options, "--minutes", 60)),
                Duration.ofSeconds(number(options, "--back-within", 30)),
                number(options, "--debt-every", 1),
                DEBT_LIMIT);
        Abilities abilities = Abilities.ofThisMachine();
        abilities.missing().forEach(System.out::println);
        try (ProcessCluster cluster = ProcessCluster.start(base, nodes, CHUNK_BYTES, abilities)) {
            List<Fault> faults = new Schedule(seed, cluster.ids(), abilities, kinds(options), survivals(options))
                    .draw(number(options, "--faults", 200));
            Report report = new FaultRun(cluster, settings, faults, System.out::println).run();
            if (!report.violations().isEmpty()) {
                cluster.keepDisks(base.resolve("kept"));
            }
            return report;
        }
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new TreeMap<>();
        for (int at = 0; at + 1 < arguments.length; at += 2) {
            options.put(arguments[at], arguments[at + 1]);
        }
        return options;
    }

    private static WorkMix mix(Map<String, String> options) {
        return switch (options.getOrDefault("--files", "mixed")) {
            case "mixed" -> WorkMix.of(CHUNK_BYTES);
            case "small" -> WorkMix.ofSmallFiles(CHUNK_BYTES);
            default -> throw new IllegalArgumentException("--files mixed | small");
        };
    }

    private static Set<String> kinds(Map<String, String> options) {
        return options.containsKey("--kinds") ? Set.of(options.get("--kinds").split(",", -1)) : Set.of();
    }

    private static List<SurvivalPolicy> survivals(Map<String, String> options) {
        return options.containsKey("--survival")
                ? Stream.of(options.get("--survival").split(",", -1))
                        .map(name -> SurvivalPolicy.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList()
                : List.of(SurvivalPolicy.values());
    }

    private static int number(Map<String, String> options, String name, int otherwise) {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(otherwise)));
    }
}
