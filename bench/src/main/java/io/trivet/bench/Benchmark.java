package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole run, as {@code bench/run} starts it: {@code Benchmark CHECKOUT DISK PORT RESULT ROUNDS
 * CONTENDER...}, where a contender is {@code plain}, {@code tls}, {@code hdfs} or {@code moosefs}.
 * The result file is written after each contender.
 */
public final class Benchmark {
    /** The run ends after this, even if something hangs. */
    private static final Duration LIMIT = Duration.ofMinutes(60);

    private static final int SERVERS = 3;
    private static final int MOST_REPAIRS = 3;

    private final Workplace place;
    private final Sources sources;
    private final int rounds;
    private final Report report = new Report();

    private Benchmark(Workplace place, Sources sources, int rounds) {
        this.place = place;
        this.sources = sources;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        Path checkout = Path.of(arguments[0]);
        Path disk = Path.of(arguments[1]);
        Path result = Path.of(arguments[3]);
        List<Contender> contenders = new ArrayList<>();
        for (String word : List.of(arguments).subList(5, arguments.length)) {
            contenders.addAll(contenders(word, checkout));
        }
        endAfterLimit();
        try (Workplace place = new Workplace(checkout, disk, Integer.parseInt(arguments[2]))) {
            Sources sources = Sources.make(place.newFolder("sources"));
            Benchmark benchmark = new Benchmark(place, sources, Integer.parseInt(arguments[4]));
            String head = new MachineDescription(checkout, disk).described() + "\n\n" + method(benchmark.rounds);
            for (Contender contender : contenders) {
                System.err.println(MachineDescription.now() + " " + contender.name());
                benchmark.report.add(benchmark.column(contender));
                Files.writeString(result, head + "\n" + benchmark.report.text());
            }
        }
        System.out.print(Files.readString(result));
        System.exit(0);
    }

    private static List<Contender> contenders(String word, Path checkout) {
        return switch (word) {
            case "plain" -> List.of(new Trivet(true));
            case "tls" -> List.of(new Trivet(false));
            case "hdfs" -> List.of(new Hdfs(checkout, false), new Hdfs(checkout, true));
            case "moosefs" -> List.of(new MooseFs(checkout, false), new MooseFs(checkout, true));
            default -> throw new IllegalArgumentException("plain, tls, hdfs or moosefs, not " + word);
        };
    }

    private static void endAfterLimit() {
        Thread.ofPlatform().name("bench-limit").daemon().start(() -> {
            try {
                Thread.sleep(LIMIT);
                System.err.println("not done after " + LIMIT.toMinutes() + " min: ended");
                System.exit(1);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static String method(int rounds) {
        return "Three servers, two copies, medians of " + rounds
                + " rounds after one that warms up (\"first round\"; fewer where a row takes long). Each"
                + " round is the local disk's, then the contender's, with a `sync` before each; in parentheses how many times the local disk's median of the"
                + " same minutes. Small files are of a cluster that saved others for 90 s and loaded some for 15 s before; a round of them ends after 1,000"
                + " files or 8 s. The disk's save is two copies, one after the other, fsync each; of"
                + " small files one copy, fsync each; its load is one copy without fsync. Processor time is that of client and servers, user and system. What"
                + " was loaded was compared with what was saved. Repair: four servers of a new cluster that holds 500 MiB, one is killed; from giving it up"
                + " until every chunk has two copies; the disk copies the lost bytes, with fsync.\n";
    }

    /**
     * A contender that cannot be measured has a column with the reason; one that fails, with the
     * failure.
     */
    private Report.Column column(Contender contender) throws IOException {
        Optional<String> missing = contender.missing();
        if (missing.isPresent()) {
            return new Report.Column(contender.name(), "Not available here: " + missing.get(), List.of());
        }
        String remark = "From " + MachineDescription.now() + ", load average " + MachineDescription.load();
        List<TableLine> lines = new ArrayList<>();
        try {
            measure(contender, lines);
            remark += ", to " + MachineDescription.now() + ", load average " + MachineDescription.load() + ".";
        } catch (Exception e) {
            remark += "; broke off at " + MachineDescription.now() + ": " + e.getMessage();
            System.err.println(remark);
        }
        return new Report.Column(contender.name(), remark, lines);
    }

    private void measure(Contender contender, List<TableLine> lines) throws Exception {
        try (Cluster cluster = contender.start(place, SERVERS)) {
            ContenderRounds contenderRounds = new ContenderRounds(place, cluster, sources, rounds);
            for (BenchmarkCase row : BenchmarkCase.all()) {
                add(lines, row.measure(contenderRounds));
            }
        }
        if (contender.isRepaired()) {
            add(lines, new Repair(place, contender, sources).measure(Math.min(rounds, MOST_REPAIRS)));
        }
    }

    /** Prints the lines at once. */
    private static void add(List<TableLine> lines, List<TableLine> more) {
        lines.addAll(more);
        more.forEach(tableLine -> System.err.println(MachineDescription.now() + "   " + tableLine.what() + ": "
                + tableLine.unit().number(tableLine.figure().median()) + " "
                + tableLine.unit().text()));
    }
}
