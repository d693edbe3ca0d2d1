package io.trivet.bench;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Saves and loads 500 MiB and 1,000 small files, each several times, beside the same bytes written to the local disk twice with fsync. {@code bench/run}
 * starts the nodes and this: {@code Baseline WORK-DIRECTORY CLUSTER ROUNDS NODE-PROCESS...}; {@code TRIVET_CONFIG} names the profile.
 */
public final class Baseline {
    private static final int LARGE_BYTES = 500 << 20;
    private static final int SMALL_BYTES = 16 << 10;
    private static final int SMALL_FILES = 1000;
    private static final double MEBIBYTES = LARGE_BYTES / (double) (1 << 20);
    private static final double GIBIBYTES = LARGE_BYTES / (double) (1 << 30);

    private final Path work;
    private final TrivetClient client;
    private final CpuTime cpu;
    private final int rounds;
    private int generation;

    private Baseline(Path work, TrivetClient client, CpuTime cpu, int rounds) {
        this.work = work;
        this.client = client;
        this.cpu = cpu;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        List<Long> processes = new ArrayList<>(List.of(ProcessHandle.current().pid()));
        Arrays.stream(args).skip(3).map(Long::valueOf).forEach(processes::add);
        List<Address> seeds =
                Arrays.stream(args[1].split(",", -1)).map(Address::parse).toList();
        Profile profile = Profile.read(Path.of(System.getenv(Profiles.ENVIRONMENT)));
        try (TrivetClient client =
                TrivetClient.connect(ClientOptions.of(seeds, profile.trust()).as(profile.account()))) {
            new Baseline(Path.of(args[0]), client, new CpuTime(processes), Integer.parseInt(args[2])).run();
        }
    }

    private void run() throws Exception {
        Path large = random(work.resolve("large.bin"), LARGE_BYTES);
        Path small = random(work.resolve("small.bin"), SMALL_BYTES);
        Path out = work.resolve("out.bin");
        List<Sample> rows = new ArrayList<>();
        rows.add(sample("local disk: two copies, one after the other, fsync each", () -> copyTwice(large)));
        rows.add(sample("save 500 MiB", () -> save(large, "/bench/large")));
        rows.add(sample("local disk: one copy, no fsync", () -> copy(large, work.resolve("copy"), false)));
        rows.add(sample("load 500 MiB", () -> load("/bench/large", out)));
        same(large, out);
        table(rows);
        List<Sample> files = new ArrayList<>();
        for (int threads : new int[] {1, 8}) {
            files.add(sample(
                    "local disk: 1,000 x 16 KiB once, fsync each, threads: " + threads,
                    () -> each(threads, i -> copy(small, work.resolve("c" + i), true))));
            files.add(sample(
                    "save 1,000 x 16 KiB, threads: " + threads, () -> each(threads, i -> save(small, "/s/" + i))));
            files.add(sample(
                    "load 1,000 x 16 KiB, threads: " + threads,
                    () -> each(threads, i -> load("/s/" + i, work.resolve("o" + i)))));
        }
        smallTable(files);
        CpuTime nodes = new CpuTime(cpu.processes().subList(1, cpu.processes().size()));
        System.out.printf("%nMost memory resident in one node: %.0f MiB%n", nodes.peakMebibytes());
    }

    private interface Step {
        void run() throws Exception;
    }

    private interface OfFile {
        void run(int number) throws Exception;
    }

    /** One round to warm up, then those that count. */
    private Sample sample(String name, Step step) throws Exception {
        List<Double> seconds = new ArrayList<>();
        List<Double> cpuSeconds = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            generation = round;
            double cpuBefore = cpu.seconds();
            long begin = System.nanoTime();
            step.run();
            if (round > 0) {
                seconds.add((System.nanoTime() - begin) / 1e9);
                cpuSeconds.add(cpu.seconds() - cpuBefore);
            }
        }
        return new Sample(name, seconds, cpuSeconds);
    }

    private void save(Path source, String target) {
        client.save(source, RemotePath.parse(target + "-" + generation), Progress.NONE);
    }

    private void load(String source, Path target) {
        client.load(RemotePath.parse(source + "-" + generation), target, Progress.NONE);
    }

    private void copyTwice(Path source) throws IOException {
        copy(source, work.resolve("copy"), true);
        copy(source, work.resolve("copy2"), true);
    }

    private static void copy(Path source, Path target, boolean durable) throws IOException {
        Files.deleteIfExists(target);
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (long at = 0; at < in.size(); ) {
                at += in.transferTo(at, 1 << 20, out);
            }
            if (durable) {
                out.force(true);
            }
        }
    }

    private static void each(int threads, OfFile task) throws Exception {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int worker = 0; worker < threads; worker++) {
                workers.add(pool.submit(() -> {
                    for (int i = next.getAndIncrement(); i < SMALL_FILES; i = next.getAndIncrement()) {
                        task.run(i);
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        }
    }

    private static Path random(Path file, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(file, content);
    }

    private static void same(Path a, Path b) throws IOException {
        if (Files.mismatch(a, b) != -1) {
            throw new IllegalStateException("what was loaded is not what was saved");
        }
    }

    private void table(List<Sample> rows) {
        double disk = rows.getFirst().median();
        System.out.printf(
                "| 500 MiB, median of %d | s | spread | MiB/s | CPU s per GiB | of two local copies"
                        + " |%n|---|---|---|---|---|---|%n",
                rounds);
        for (Sample row : rows) {
            System.out.printf(
                    "| %s | %.2f | %.2f to %.2f | %.0f | %.2f | %.2f x |%n",
                    row.name(),
                    row.median(),
                    row.fastest(),
                    row.slowest(),
                    MEBIBYTES / row.median(),
                    row.medianCpu() / GIBIBYTES,
                    row.median() / disk);
        }
    }

    private void smallTable(List<Sample> rows) {
        System.out.printf(
                "%n| small files, median of %d | files/s | spread | CPU ms per file |%n|---|---|---|---|%n", rounds);
        for (Sample row : rows) {
            System.out.printf(
                    "| %s | %.0f | %.0f to %.0f | %.2f |%n",
                    row.name(),
                    SMALL_FILES / row.median(),
                    SMALL_FILES / row.slowest(),
                    SMALL_FILES / row.fastest(),
                    row.medianCpu() * 1000 / SMALL_FILES);
        }
    }
}
