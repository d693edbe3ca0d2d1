package io.trivet.bench.namespace;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Some nodes, all of them masters, n0 the first. One thread; {@link #client} any. */
final class MeasuredCluster implements AutoCloseable {
    private static final Duration SEATS_LIMIT = Duration.ofMinutes(4);
    private static final Duration TOKEN_VALID = Duration.ofMinutes(10);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(9);
    private static final long POLL_NANOS = 5_000_000;

    private final List<String> program;
    private final Path home;
    private final List<MeasuredNode> nodes;

    /** @param program the words that run {@code trivet} */
    MeasuredCluster(List<String> program, Path home, int port, int count) {
        this.program = List.copyOf(program);
        this.home = home;
        this.nodes = IntStream.range(0, count)
                .mapToObj(n -> new MeasuredNode(program, home.resolve("n" + n), "127.0.0.1:" + (port + n)))
                .toList();
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll, "kill-nodes"));
    }

    Path home() {
        return home;
    }

    MeasuredNode node(int number) {
        return nodes.get(number);
    }

    List<MeasuredNode> nodes() {
        return nodes;
    }

    /** Creates a cluster without files and its backup; stopped again on return. */
    void make(Path backup) throws IOException {
        nodes.getFirst().start(List.of("--init", "--plaintext"));
        nodes.getFirst().awaitReady();
        for (MeasuredNode node : nodes.subList(1, nodes.size())) {
            try (TrivetClient client = client()) {
                node.start(List.of("--join", client.tokens().issue(TOKEN_VALID, 1)));
            }
            node.awaitReady();
        }
        awaitMasters(nodes.size());
        try (TrivetClient client = client()) {
            client.cluster().backUpNamespace(backup);
        }
        close();
    }

    /** Restores a backup into the stopped cluster, with n0 as its only master. */
    Ran restore(Path backup) throws IOException {
        Ran restored = run(
                "namespace",
                "restore",
                backup.toString(),
                "--data",
                nodes.getFirst().data().toString());
        for (MeasuredNode node : nodes.subList(1, nodes.size())) {
            run("namespace", "give-up-seat", "--data", node.data().toString());
        }
        return restored;
    }

    /** Starts all nodes that do not run; on return all are masters. */
    void start() throws IOException {
        List<MeasuredNode> started =
                nodes.stream().filter(node -> !node.isRunning()).toList();
        for (MeasuredNode node : started) {
            node.start(List.of());
        }
        for (MeasuredNode node : started) {
            node.awaitReady();
        }
        awaitMasters(nodes.size());
    }

    void awaitMasters(int wanted) throws IOException {
        try (TrivetClient client = client()) {
            await(() -> client.cluster().status().view().masters().size() >= wanted, SEATS_LIMIT, wanted + " masters");
        }
    }

    static void await(BooleanSupplier condition, Duration limit, String what) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("waited " + limit.toSeconds() + " s for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** A client with connections of its own. */
    TrivetClient client() throws IOException {
        Profile profile = profile();
        List<Address> seeds = nodes.stream()
                .filter(MeasuredNode::isRunning)
                .map(node -> Address.parse(node.address()))
                .toList();
        return TrivetClient.connect(
                ClientOptions.of(seeds, profile.trustSettings()).as(profile.account()));
    }

    private Profile profile() throws IOException {
        return Profile.read(nodes.getFirst().profile());
    }

    MeasuredNode leader() throws IOException {
        try (TrivetClient client = client()) {
            await(() -> client.cluster().status().leader().isPresent(), SEATS_LIMIT, "a leader");
            return nodes.get(client.cluster().status().leader().orElseThrow().number());
        }
    }

    /** Runs a {@code trivet} command as a process to its end; throws if it fails. */
    Ran run(String... words) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(home.resolve("command.out").toFile())
                .redirectError(home.resolve("command.err").toFile());
        builder.environment().put("TRIVET_CONFIG", nodes.getFirst().profile().toString());
        builder.environment().put("TRIVET_CLUSTER", nodes.getFirst().address());
        long begin = System.nanoTime();
        Process process = builder.start();
        double peak = 0;
        try {
            while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, peakOf(process, peak));
                if (System.nanoTime() - begin > COMMAND_LIMIT.toNanos()) {
                    throw new IOException(String.join(" ", words) + ": it does not end");
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + ": it failed; command.err in " + home + " says why");
        }
        return new Ran((System.nanoTime() - begin) / 1e9, peak);
    }

    private static double peakOf(Process process, double before) {
        try {
            return ProcessFigures.peakMebibytes(process.pid());
        } catch (IOException _) {
            return before;
        }
    }

    /** The duration of a command and its peak memory. */
    record Ran(double seconds, double peakMebibytes) {}

    /** Stops all nodes, the last one first. */
    @Override
    public void close() throws IOException {
        for (MeasuredNode node : nodes.reversed()) {
            node.stop();
        }
    }

    private void killAll() {
        for (MeasuredNode node : nodes) {
            try {
                node.kill();
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        }
    }
}
