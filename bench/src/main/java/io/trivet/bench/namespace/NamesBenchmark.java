package io.trivet.bench.namespace;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.namespace.ContentPage;
import io.trivet.namespace.Namespace;
import io.trivet.quorum.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Measures the namespace with many files, in phases. The state on disk after one phase is the input
 * of the next, in the same process or in another one.
 *
 * <pre>
 *   make       a cluster of three nodes, and a backup of its namespace with the files
 *   restore    this backup becomes the namespace of n0
 *   read       n0's state machine alone: records as a census reads them, paths as a client does,
 *              ids as a sweep does
 *   seat       n0 starts; n1 and n2, with empty logs, get their seats by n0's checkpoint
 *   list       the one large directory, by the API, by ls, du and find
 *   rates      create, stat, rename, remove by 1, 8 and 64 clients
 *   rename     that directory gets another name, and its old one back
 *   snapshot   the duration of a checkpoint, and its effect on the latency of clients
 *   restart    a master is stopped and started, killed and started
 *   remove     that directory with everything in it, and the effect on others while it is dissolved
 *   census     until the leader has looked for every chunk
 * </pre>
 * {@code NamesBenchmark DIRECTORY PORT FILES PHASE...}, then the words that run {@code trivet}
 * after {@code --}. {@code bench/namespace} starts it.
 */
public final class NamesBenchmark {
    private static final int[] CLIENTS = {1, 8, 64};
    private static final int CLIENTS_OF_SNAPSHOT = 16;
    private static final int NODES = 3;
    private static final int PARTS = 4;
    private static final int PAGE = 1000;
    private static final int RENAMED = 1;
    private static final int REMOVED = 2;
    private static final Duration CENSUS_LIMIT = Duration.ofMinutes(9);
    private static final Duration SNAPSHOT_LIMIT = Duration.ofSeconds(100);

    private final MeasuredCluster cluster;
    private final GeneratedTree tree;
    private final Duration time;
    private final Consumer<String> lines;

    /**
     * A unique number for each operation. Starts at random, so that few files were renamed or
     * removed by an earlier run.
     */
    private final AtomicLong numbers =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 40));

    /**
     * @param time how long each rate is measured
     * @param lines receives the rows of a table
     */
    NamesBenchmark(MeasuredCluster cluster, GeneratedTree tree, Duration time, Consumer<String> lines) {
        this.cluster = cluster;
        this.tree = tree;
        this.time = time;
        this.lines = lines;
    }

    public static void main(String[] args) throws IOException {
        List<String> words = Arrays.asList(args);
        int program = words.indexOf("--");
        Path home = Path.of(args[0]);
        Files.createDirectories(home);
        try (MeasuredCluster cluster =
                new MeasuredCluster(words.subList(program + 1, words.size()), home, Integer.parseInt(args[1]), NODES)) {
            NamesBenchmark benchmark = new NamesBenchmark(
                    cluster, new GeneratedTree(Long.parseLong(args[2])), Duration.ofSeconds(4), System.out::println);
            for (String phase : words.subList(3, program)) {
                benchmark.run(phase);
            }
        }
    }

    void run(String phase) throws IOException {
        switch (phase) {
            case "make" -> make();
            case "read" -> read();
            case "restore" -> restore();
            case "seat" -> seat();
            case "list" -> list();
            case "rates" -> rates();
            case "rename" -> rename();
            case "snapshot" -> snapshot();
            case "restart" -> restart();
            case "remove" -> remove();
            case "census" -> census();
            default -> throw new IllegalArgumentException("no such phase: " + phase);
        }
    }

    private void row(String what, String figure) {
        lines.accept("| " + what + " | " + figure + " |");
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }

    private void make() throws IOException {
        Path empty = cluster.home().resolve("empty.backup");
        cluster.make(empty);
        long begin = System.nanoTime();
        NamespaceGenerator.generate(empty, tree, full());
        row("generating a backup of %d files".formatted(tree.files()), "%.1f s".formatted(secondsSince(begin)));
        row("a backup of them", "%.0f bytes a file".formatted(Files.size(full()) / (double) tree.files()));
    }

    private Path full() {
        return cluster.home().resolve("full.backup");
    }

    private void read() throws IOException {
        cluster.close();
        try (RocksStore store = RocksStore.open(cluster.node(0).quorum().resolve("state"))) {
            Namespace namespace = new Namespace(store);
            int epoch = namespace
                    .wanted(new FileId(1, 1), 1)
                    .contents()
                    .getFirst()
                    .id()
                    .epoch();
            FileId[] next = {new FileId(1, 1)};
            SplittableRandom random = new SplittableRandom(2);
            alone("contents in the order of ids", () -> {
                ContentPage page = namespace.wanted(next[0], PAGE);
                next[0] = Objects.requireNonNullElse(page.next(), new FileId(1, 1));
                return page.contents().size();
            });
            alone("files by their paths, anywhere", () -> {
                RemotePath path = tree.ofTree(random.nextLong(tree.scattered()));
                return namespace.answer(new Query.Lookup(path)) instanceof QueryResult.Found ? 1 : 0;
            });
            alone("ids anywhere, whether they are alive", () -> {
                List<FileId> ids = random.longs(PAGE, 1, tree.files() + 1)
                        .mapToObj(counter -> new FileId(epoch, counter))
                        .toList();
                return namespace.answer(new Query.IdStates(ids)) instanceof QueryResult.IdStates ? PAGE : 0;
            });
        }
    }

    /** Measures the reads per second of the state machine alone, on one thread. */
    private void alone(String what, IntSupplier some) {
        long begin = System.nanoTime();
        long found = 0;
        while (secondsSince(begin) * 1000 < time.toMillis() * PARTS) {
            found += some.getAsInt();
        }
        row(what + ", state machine alone", "%.0f/s".formatted(found / secondsSince(begin)));
    }

    private void restore() throws IOException {
        cluster.close();
        MeasuredCluster.Ran restore = cluster.restore(full());
        row(
                "`namespace restore`",
                "%.1f s, %.0f MiB resident at most".formatted(restore.seconds(), restore.peakMebibytes()));
    }

    private void seat() throws IOException {
        long begin = System.nanoTime();
        cluster.node(0).start(List.of());
        cluster.node(0).awaitReady();
        row("restored n0 starts, to `ready`", "%.2f s".formatted(secondsSince(begin)));
        for (int n = 1; n < cluster.nodes().size(); n++) {
            begin = System.nanoTime();
            cluster.node(n).start(List.of());
            cluster.node(n).awaitReady();
            row("n" + n + " with an empty log starts, to `ready`", "%.2f s".formatted(secondsSince(begin)));
            cluster.awaitMasters(n + 1);
            row("- until it is a master, with the leader's checkpoint", "%.2f s".formatted(secondsSince(begin)));
        }
        figures();
    }

    /** Prints the current memory and disk usage of the nodes. */
    private void figures() throws IOException {
        MeasuredNode leader = cluster.leader();
        for (MeasuredNode node : cluster.nodes()) {
            String who = node == leader ? "leader" : "follower";
            row(
                    "memory resident, " + who,
                    "%.0f MiB now, %.0f MiB at most"
                            .formatted(
                                    ProcessFigures.residentMebibytes(node.pid()),
                                    ProcessFigures.peakMebibytes(node.pid())));
            long state = ProcessFigures.bytesBelow(node.quorum().resolve("state"));
            row(
                    "disk, " + who,
                    "state %.0f MiB (%.1f bytes a file), with log and checkpoints %.0f MiB"
                            .formatted(
                                    mebibytes(state),
                                    state / (double) tree.files(),
                                    mebibytes(ProcessFigures.bytesBelow(node.quorum()))));
        }
    }

    private void list() throws IOException {
        cluster.start();
        try (TrivetClient client = cluster.client()) {
            for (int round = 1; round <= 3; round++) {
                long begin = System.nanoTime();
                long found = count(client, GeneratedTree.LARGE);
                if (found != tree.large()) {
                    throw new IOException("listed " + found + " names, not " + tree.large());
                }
                double seconds = secondsSince(begin);
                row(
                        "list " + found + " names in pages of 1,000, round " + round,
                        "%.2f s, %.0f names/s".formatted(seconds, found / seconds));
            }
        }
        command("ls", GeneratedTree.LARGE.toString());
        command("du", "-s", GeneratedTree.LARGE.toString());
        command("du", "-s", "/");
        command("find", "/", "--name", "file-0000001");
        row(
                "leader's memory after this",
                "%.0f MiB at most"
                        .formatted(ProcessFigures.peakMebibytes(cluster.leader().pid())));
    }

    private static long count(TrivetClient client, RemotePath directory) {
        long found = 0;
        for (NameEntry _ : client.list(directory)) {
            found++;
        }
        return found;
    }

    private void command(String... words) throws IOException {
        MeasuredCluster.Ran ran = cluster.run(words);
        row(
                "`" + String.join(" ", words) + "`",
                "%.2f s, %.0f MiB resident at most".formatted(ran.seconds(), ran.peakMebibytes()));
    }

    private void rates() throws IOException {
        cluster.start();
        Path empty = cluster.home().resolve("empty");
        Files.write(empty, new byte[0]);
        Map<String, Crowd.Act> acts = acts(empty);
        for (int clients : CLIENTS) {
            try (Crowd crowd = new Crowd(cluster, clients)) {
                for (Map.Entry<String, Crowd.Act> act : acts.entrySet()) {
                    crowd.act(time.dividedBy(PARTS), numbers, act.getValue());
                    Crowd.Acts done = crowd.act(time, numbers, act.getValue());
                    row(
                            act.getKey() + ", " + clients + " clients",
                            "%.0f/s, median %.2f ms, 99 %% %.2f ms, longest %.0f ms"
                                    .formatted(
                                            done.perSecond(),
                                            done.milliseconds(0.5),
                                            done.milliseconds(0.99),
                                            done.milliseconds(1)));
                }
            }
        }
        figures();
    }

    /**
     * Operations on files all over the tree, each renamed or removed at most once; numbers rise, so
     * that files do not repeat before all were used.
     */
    private SequencedMap<String, Crowd.Act> acts(Path empty) {
        SequencedMap<String, Crowd.Act> acts = new LinkedHashMap<>();
        acts.put("make a directory", (client, number) -> client.makeDirectory(fresh("directories", number)));
        acts.put("create an empty file", (client, number) -> client.save(empty, fresh("files", number), Progress.NONE));
        acts.put("stat", (client, number) -> client.stat(tree.ofTree(anywhere(number, 0))));
        acts.put("rename", this::renameAnywhere);
        acts.put("remove", (client, number) -> client.remove(tree.ofTree(anywhere(number, REMOVED)), false));
        return Collections.unmodifiableSequencedMap(acts);
    }

    private static RemotePath fresh(String directory, long number) {
        return RemotePath.parse("/new/" + directory + "/" + number);
    }

    /**
     * A file number with this remainder, so that renamed files are not looked up; a permutation, so
     * that consecutive operations use distant rows.
     */
    private long anywhere(long number, int remainder) {
        long part = tree.scattered() / PARTS;
        return Math.floorMod(number * 7_919_333L, part) * PARTS + remainder;
    }

    private void rename() throws IOException {
        cluster.start();
        RemotePath other = RemotePath.parse("/renamed");
        try (TrivetClient client = cluster.client()) {
            String first = client.list(GeneratedTree.LARGE).iterator().next().name();
            for (int round = 1; round <= 3; round++) {
                long begin = System.nanoTime();
                client.rename(GeneratedTree.LARGE, other);
                double there = secondsSince(begin);
                String moved = client.list(other).iterator().next().name();
                begin = System.nanoTime();
                client.rename(other, GeneratedTree.LARGE);
                row(
                        "rename a directory of " + tree.large() + " files, and back, round " + round,
                        "%.2f ms, %.2f ms".formatted(there * 1000, secondsSince(begin) * 1000));
                if (!moved.equals(first)) {
                    throw new IOException("the renamed directory begins with " + moved + ", not " + first);
                }
            }
            long found = count(client, GeneratedTree.LARGE);
            if (found != tree.large()) {
                throw new IOException("listed " + found + " names, not " + tree.large());
            }
        }
    }

    private void renameAnywhere(TrivetClient client, long number) {
        RemotePath old = tree.ofTree(anywhere(number, RENAMED));
        client.rename(old, old.parent().resolve("renamed-" + number));
    }

    private void remove() throws IOException {
        cluster.start();
        try (TrivetClient client = cluster.client();
                Crowd crowd = new Crowd(cluster, CLIENTS_OF_SNAPSHOT)) {
            waits("- waits before it", crowd.act(time, numbers, this::renameAnywhere));
            long begin = System.nanoTime();
            client.remove(GeneratedTree.LARGE, true);
            row(
                    "remove a directory of %d files".formatted(tree.large()),
                    "%.2f ms".formatted(secondsSince(begin) * 1000));
            waits(
                    "- waits while it is taken apart",
                    crowd.act(time.multipliedBy(PARTS), numbers, this::renameAnywhere));
        }
    }

    private void snapshot() throws IOException {
        cluster.start();
        MeasuredNode leader = cluster.leader();
        try (Crowd crowd = new Crowd(cluster, CLIENTS_OF_SNAPSHOT);
                CheckpointWatch watch = new CheckpointWatch(leader.quorum())) {
            long end = System.nanoTime() + SNAPSHOT_LIMIT.toNanos();
            Crowd.Acts done = crowd.act(
                    () -> watch.taken().isEmpty() && System.nanoTime() - end < 0, numbers, this::renameAnywhere);
            CheckpointWatch.Taken taken = watch.taken()
                    .orElseThrow(() -> new IOException("no checkpoint within " + SNAPSHOT_LIMIT.toSeconds() + " s"));
            row(
                    "a checkpoint after " + done.tookNanos().length + " renames",
                    "%.3f s, %.0f MiB"
                            .formatted(taken.seconds(), mebibytes(ProcessFigures.bytesBelow(taken.directory()))));
            waits("- waits meanwhile", done.during(taken.fromNanos(), taken.toNanos(), false));
            waits("- waits at other times", done.during(taken.fromNanos(), taken.toNanos(), true));
        }
        figures();
    }

    private void waits(String when, Crowd.Acts acts) {
        row(
                when,
                "%d renames: median %.1f ms, 99 %% %.1f ms, longest %.0f ms"
                        .formatted(
                                acts.tookNanos().length,
                                acts.milliseconds(0.5),
                                acts.milliseconds(0.99),
                                acts.milliseconds(1)));
    }

    private void restart() throws IOException {
        cluster.start();
        for (boolean killed : new boolean[] {false, true}) {
            for (int n = 0; n < cluster.nodes().size(); n++) {
                MeasuredNode node = cluster.node(n);
                boolean led = node == cluster.leader();
                if (killed) {
                    node.kill();
                } else {
                    node.stop();
                }
                long begin = System.nanoTime();
                node.start(List.of());
                node.awaitReady();
                row(
                        (led ? "leader" : "follower") + (killed ? " killed" : " stopped") + ", started, to `ready`",
                        "%.2f s".formatted(secondsSince(begin)));
            }
        }
        cluster.close();
        long begin = System.nanoTime();
        cluster.start();
        row("all three stopped, started, until all serve", "%.2f s".formatted(secondsSince(begin)));
    }

    private void census() throws IOException {
        cluster.start();
        long begin = System.nanoTime();
        try (TrivetClient client = cluster.client()) {
            MeasuredCluster.await(() -> client.cluster().debt().checked(), CENSUS_LIMIT, "a census");
            row(
                    "a census, all chunks missing",
                    "%.0f s, %d missing"
                            .formatted(
                                    secondsSince(begin), client.cluster().debt().missing()));
        }
    }
}
