package io.trivet.faults;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Floods all nodes of three with {@link HostileConnections}: {@code faults/connection-flood
 * --connections 10000 --seconds 600}, so many of each kind, all kinds at once or those of {@code
 * --kinds}. At the same time a user saves and loads, every tenth file as a newcomer who has to
 * connect and log in. Exit code 1 if an operation of the user failed, a node died, or the user had
 * less than half of its rate alone.
 *
 * <p>Attackers have processors of their own elsewhere; here they share those of the nodes. {@code
 * --nice 19} gives them what is left. How many connections they made tells whether that was enough.
 */
public final class ConnectionFlood {
    private static final int FILE_BYTES = 200_000;
    private static final int FILES_OF_A_CLIENT = 10;
    private static final Duration ALONE = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** The start of the attackers' processes takes more of the processors than the attack. */
    private static final Duration BEGIN = Duration.ofSeconds(15);

    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private final ProcessCluster cluster;
    private final Map<NodeId, Long> peakBytes = new TreeMap<>();
    private final int nice;
    private int files;

    private ConnectionFlood(ProcessCluster cluster, int nice) {
        this.cluster = cluster;
        this.nice = nice;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path base = Files.createTempDirectory("trivet-flood");
        int connections = option(arguments, "--connections", 10_000);
        Duration time = Duration.ofSeconds(option(arguments, "--seconds", 600));
        boolean well;
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, 64 << 10, Abilities.NONE)) {
            well = new ConnectionFlood(cluster, option(arguments, "--nice", 0))
                    .run(kinds(arguments), connections, time, base);
        }
        System.out.println("what the nodes left is in " + base);
        System.exit(well ? 0 : 1);
    }

    private static List<HostileConnections.Kind> kinds(String[] arguments) {
        int at = Arrays.asList(arguments).indexOf("--kinds");
        return at < 0
                ? List.of(HostileConnections.Kind.values())
                : Arrays.stream(arguments[at + 1].split(",", -1))
                        .map(HostileConnections.Kind::valueOf)
                        .toList();
    }

    private static int option(String[] arguments, String name, int otherwise) {
        int at = Arrays.asList(arguments).indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments[at + 1]);
    }

    private boolean run(List<HostileConnections.Kind> kinds, int connections, Duration time, Path base)
            throws IOException, InterruptedException {
        Work alone = work(ALONE, List.of());
        System.out.println("alone: " + alone);
        Map<NodeId, Long> before = new TreeMap<>();
        for (NodeId node : cluster.ids()) {
            before.put(node, cluster.node(node).residentBytes());
        }
        List<Process> attackers = new ArrayList<>();
        Work among;
        try {
            for (HostileConnections.Kind kind : kinds) {
                attackers.add(attacker(kind, connections, BEGIN.plus(time), base));
            }
            Thread.sleep(BEGIN);
            among = work(time, attackers);
        } finally {
            for (Process attacker : attackers) {
                if (!attacker.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    attacker.destroyForcibly();
                }
            }
        }
        System.out.println("among them: " + among);
        System.out.println("after them: " + work(ALONE, List.of()));
        boolean alive = true;
        for (NodeId node : cluster.ids()) {
            alive &= cluster.node(node).isAlive();
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d MiB resident before, %d MiB at most%n",
                    node,
                    before.getOrDefault(node, 0L) >> 20,
                    peakBytes.getOrDefault(node, 0L) >> 20);
        }
        System.out.printf(Locale.ROOT, "rate among them: %.2f of that alone%n", among.rate() / alone.rate());
        return alive && among.failed == 0 && among.rate() >= alone.rate() / 2;
    }

    private Process attacker(HostileConnections.Kind kind, int connections, Duration time, Path base)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "nice",
                "-n",
                Integer.toString(nice),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HostileConnections.class.getName(),
                kind.name(),
                Integer.toString(connections),
                Long.toString(time.toSeconds()),
                cluster.node(cluster.ids().getFirst()).profile().toString()));
        cluster.ids().forEach(node -> command.add(cluster.node(node).address().toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(base.toFile(), kind + ".log"))
                .start();
    }

    private Work work(Duration time, List<Process> attackers) throws IOException {
        Work work = new Work();
        ProcessorTimes processorTimes =
                new ProcessorTimes(cluster.ids().stream().map(cluster::node).toList());
        long begin = System.nanoTime();
        Thread looks = Thread.ofPlatform().daemon().start(() -> lookAt(processorTimes, attackers));
        while (System.nanoTime() - begin < time.toNanos()) {
            try (TrivetClient client = cluster.client()) {
                for (int file = 0; file < FILES_OF_A_CLIENT; file++) {
                    work.one(client, files++);
                }
            } catch (TrivetException e) {
                work.failed(e);
            }
            for (NodeId node : cluster.ids()) {
                peakBytes.merge(node, cluster.node(node).residentBytes(), Math::max);
            }
        }
        looks.interrupt();
        work.nanos = System.nanoTime() - begin;
        work.processors = processorTimes.since();
        return work;
    }

    /** Attackers end by themselves, perhaps while an operation of the user lasts. */
    private static void lookAt(ProcessorTimes processorTimes, List<Process> attackers) {
        while (!Thread.currentThread().isInterrupted()) {
            processorTimes.look(attackers);
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    /** What the user achieved. */
    private static final class Work {
        private int done;
        private int failed;
        private long slowestMs;
        private long nanos;
        private String processors = "";

        void one(TrivetClient client, int number) {
            long begin = System.nanoTime();
            try {
                saveAndLoad(client, RemotePath.parse("/files/" + number % 100), number);
                done++;
            } catch (IOException | TrivetException e) {
                failed(e);
            }
            slowestMs = Math.max(slowestMs, (System.nanoTime() - begin) / 1_000_000);
        }

        void failed(Exception e) {
            failed++;
            System.out.println("failed: " + e.getMessage());
        }

        double rate() {
            return done * 1e9 / nanos;
        }

        private static void saveAndLoad(TrivetClient client, RemotePath path, int seed) throws IOException {
            byte[] bytes = new byte[FILE_BYTES];
            new Random(seed).nextBytes(bytes);
            client.save(new ByteArrayInputStream(bytes), path, Progress.NONE);
            ByteArrayOutputStream loaded = new ByteArrayOutputStream();
            client.load(path, loaded, Progress.NONE);
            if (!Arrays.equals(bytes, loaded.toByteArray())) {
                throw new IOException(path + ": other bytes came back");
            }
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d files saved and loaded, %.1f a second, %d failed, the slowest in %d ms; %s",
                    done,
                    rate(),
                    failed,
                    slowestMs,
                    processors);
        }
    }
}
