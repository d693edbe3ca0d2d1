package io.trivet.bench.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark at a size that takes seconds. */
final class NamesBenchmarkTest {
    private static final long FILES = 3000;

    @TempDir
    Path home;

    @Test
    void everyTurnSavesAnotherFile() {
        GeneratedTree tree = new GeneratedTree(150_000);
        Set<GeneratedTree.Leaf> leaves = new HashSet<>();
        LongStream.range(0, tree.files()).forEach(turn -> leaves.add(tree.saved(turn)));
        assertThat(leaves).hasSize(150_000);
        for (long number : new long[] {0, 1, 1000, 63_999, 64_000, tree.scattered() - 1}) {
            assertThat(tree.saved(tree.turnOf(number)))
                    .isEqualTo(new GeneratedTree.Leaf(
                            tree.leafNumber(number / 1000), GeneratedTree.fileName(number % 1000)));
        }
    }

    @Test
    @Timeout(180)
    void generatedFilesAreListedAndChanged() throws IOException {
        List<String> rows = new ArrayList<>();
        try (MeasuredCluster cluster = new MeasuredCluster(program(), home, freePort(), 1)) {
            NamesBenchmark benchmark =
                    new NamesBenchmark(cluster, new GeneratedTree(FILES), Duration.ofMillis(40), rows::add);
            benchmark.run("make");
            benchmark.run("restore");
            benchmark.run("read");
            benchmark.run("seat");
            benchmark.run("rates");
            benchmark.run("rename");
        }
        assertThat(rows)
                .anyMatch(row -> row.contains("by their paths"))
                .anyMatch(row -> row.contains("stat, 64 clients"))
                .anyMatch(row -> row.contains("and back"));
    }

    private static List<String> program() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.trivet.cli.Main");
    }

    /** The first of three that are free, as far as one can know. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
