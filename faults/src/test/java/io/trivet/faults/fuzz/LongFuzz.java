package io.trivet.faults.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks for inputs that break a parser, guided by coverage, target by target: {@code faults/fuzz
 * --minutes 10 [--door NAME] [--keep]}.
 */
public final class LongFuzz {
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: (\\d+)");
    private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");

    /** Doors; each has a process. */
    private static final int AT_ONCE = 2;

    private LongFuzz() {}

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        double minutes = Double.parseDouble(value(words, "--minutes").orElse("10"));
        Optional<String> only = value(words, "--door");
        List<Door> doors = FuzzTargets.all().stream()
                .filter(door -> only.isEmpty() || only.get().equals(door.name()))
                .toList();
        long seconds = Math.max(1, Math.round(minutes * 60 * AT_ONCE / Math.max(AT_ONCE, doors.size())));
        System.out.printf(Locale.ROOT, "%-22s %12s %8s  %s%n", "door", "inputs", "edges", "finding");
        List<Run> runs = new ArrayList<>();
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Run>> running = new ArrayList<>();
            for (Door door : doors) {
                running.add(threads.submit(() -> run(door, seconds, words.contains("--keep"))));
            }
            for (Future<Run> run : running) {
                runs.add(run.get());
                System.out.println(runs.getLast());
            }
        }
        long findings = runs.stream().mapToLong(run -> run.findings.size()).sum();
        System.out.printf(
                Locale.ROOT,
                "%d inputs in %d s, %d findings%n",
                runs.stream().mapToLong(Run::inputs).sum(),
                Math.round((System.nanoTime() - begin) / 1e9),
                findings);
        System.exit(findings == 0 ? 0 : 1);
    }

    private record Run(String door, long inputs, long edges, List<Path> findings) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%-22s %12d %8d  %s", door, inputs, edges, findings.isEmpty() ? "-" : findings);
        }
    }

    private static Optional<String> value(List<String> words, String option) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 >= words.size() ? Optional.empty() : Optional.of(words.get(at + 1));
    }

    /** In a process of its own: a door that takes all memory, or hangs, is a finding and not the end. */
    private static Run run(Door door, long seconds, boolean keep) throws IOException, InterruptedException {
        Path base = Path.of("target", "fuzz", door.name());
        Path corpus = Files.createDirectories(base.resolve("corpus"));
        Path crashes = Files.createDirectories(base.resolve("findings"));
        Corpus.spread(door, base.resolve("kept"));
        Path log = base.resolve("log");
        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:MaxDirectMemorySize=256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dtrivet.door=" + door.name(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + Target.class.getName(),
                        "--instrumentation_includes=io.trivet.**",
                        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.FilePathTraversal",
                        "-max_total_time=" + seconds,
                        "-timeout=60",
                        "-rss_limit_mb=0",
                        "-max_len=16384",
                        "-len_control=20",
                        "-print_final_stats=1",
                        "-artifact_prefix=" + crashes + "/",
                        "--reproducer_path=" + base,
                        corpus.toString(),
                        base.resolve("kept").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        fuzzer.waitFor();
        if (keep) {
            Corpus.keep(door, corpus);
        }
        String said = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        try (Stream<Path> found = Files.list(crashes)) {
            return new Run(door.name(), last(EXECUTED, said), last(COVERED, said), found.toList());
        }
    }

    private static long last(Pattern pattern, String text) {
        long last = 0;
        for (Matcher number = pattern.matcher(text); number.find(); ) {
            last = Long.parseLong(number.group(1));
        }
        return last;
    }
}
