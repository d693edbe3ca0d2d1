package io.trivet.quorum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.namespace.Store.Change;
import io.trivet.namespace.Store.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStoreTest {
    @TempDir
    Path directory;

    @Test
    void keysAreOrderedAsUnsignedBytes() throws IOException {
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            store.write(List.of(put(new byte[] {(byte) 0x80}, "high"), put(new byte[] {0x7f}, "low")));

            assertThat(store.range(new byte[] {0}, new byte[] {(byte) 0xff}, 10))
                    .extracting(pair -> new String(pair.value(), UTF_8))
                    .containsExactly("low", "high");
        }
    }

    @Test
    void aRangeEndsBeforeItsEndAndAtItsLimit() throws IOException {
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            store.write(List.of(put("a", "1"), put("b", "2"), put("c", "3"), put("d", "4")));

            assertThat(keys(store.range(bytes("b"), bytes("d"), 10))).containsExactly("b", "c");
            assertThat(keys(store.range(bytes("a"), bytes("z"), 3))).containsExactly("a", "b", "c");
            assertThat(store.range(bytes("x"), bytes("z"), 3)).isEmpty();
        }
    }

    @Test
    void changesApplyInOrderAndNullRemoves() throws IOException {
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            store.write(List.of(put("a", "1"), put("a", "2"), put("b", "1"), new Change(bytes("b"), null)));

            assertThat(store.get(bytes("a"))).isEqualTo(bytes("2"));
            assertThat(store.get(bytes("b"))).isNull();
        }
    }

    @Test
    void aCheckpointKeepsItsStateAndOpensAsAStore() throws IOException {
        Path checkpoint = directory.resolve("checkpoint");
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            store.write(List.of(put("a", "1")));
            store.checkpoint(checkpoint);
            store.write(List.of(put("a", "2")));
        }
        try (RocksStore copy = RocksStore.openFrom(checkpoint, directory.resolve("t"))) {
            assertThat(copy.get(bytes("a"))).isEqualTo(bytes("1"));
            copy.write(List.of(put("a", "3")));
        }
        try (RocksStore again = RocksStore.openFrom(checkpoint, directory.resolve("u"))) {
            assertThat(again.get(bytes("a"))).isEqualTo(bytes("1"));
        }
    }

    /**
     * After a kill the files remain, without what was only in memory. A table counts once the
     * manifest names it.
     */
    @Test
    void whatWasFlushedIsFoundAfterAKill() throws Exception {
        Path live = directory.resolve("s");
        AtomicInteger kills = new AtomicInteger();
        try (RocksStore store = RocksStore.open(live)) {
            store.write(List.of(put("a", "1")));
            store.flush();
            Masters.await(() -> isFlushed(live, kills.incrementAndGet()));
            store.write(List.of(put("b", "1")));
            assertThat(afterAKill(live, kills.incrementAndGet(), "a")).isEqualTo(bytes("1"));
            assertThat(afterAKill(live, kills.incrementAndGet(), "b")).isNull();
        }
    }

    /** A copy of files that change during the copy may not be a valid store. */
    private boolean isFlushed(Path live, int number) {
        try {
            return afterAKill(live, number, "a") != null;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    private byte @Nullable [] afterAKill(Path live, int number, String key) {
        Path killed = directory.resolve("killed-" + number);
        try {
            CheckpointFiles.share(live, killed);
            try (RocksStore found = RocksStore.open(killed)) {
                return found.get(bytes(key));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A file of a million rows has a filter larger than the whole part of the cache for it: unless
     * it is partitioned, each look-up reads it again.
     */
    @Test
    void aLookUpReadsLittleHoweverManyRowsThereAre() throws IOException {
        Path counters = Path.of("/proc/self/io");
        assumeTrue(Files.isReadable(counters), "only Linux counts what a process reads");
        Random random = new Random(1);
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            for (int batch = 0; batch < 500; batch++) {
                List<Change> changes = new ArrayList<>();
                for (int i = 0; i < 2000; i++) {
                    byte[] value = new byte[16];
                    random.nextBytes(value);
                    changes.add(new Change(bytes("row " + (batch * 2000 + i) * 7919L % 1_000_003), value));
                }
                store.write(changes);
            }
            long least = Long.MAX_VALUE;
            long deadline = System.nanoTime() + 20_000_000_000L;
            for (int round = 0; round < 5 && System.nanoTime() - deadline < 0; ) {
                long before = read(counters);
                for (int i = 0; i < 200; i++) {
                    assertThat(store.get(bytes("row " + (1_000_003 + i)))).isNull();
                }
                // A compaction reads in the background: then another round is measured.
                least = Math.min(least, read(counters) - before);
                round += isCompacted() ? 1 : 0;
            }
            assertThat(isCompacted()).isTrue();
            assertThat(least).isLessThan(200 * (64 << 10));
        }
    }

    private boolean isCompacted() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("s"))) {
            return files.anyMatch(
                    file -> file.toString().endsWith(".sst") && file.toFile().length() > 10 << 20);
        }
    }

    private static long read(Path counters) throws IOException {
        return Files.readAllLines(counters).stream()
                .filter(line -> line.startsWith("rchar:"))
                .mapToLong(line -> Long.parseLong(line.substring(7).strip()))
                .sum();
    }

    @Test
    void manyKeysAreReadAtOnceInTheirOrder() throws IOException {
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            store.write(List.of(put("a", "1"), put("c", "3")));
            assertThat(store.get(List.of(bytes("c"), bytes("b"), bytes("a"), bytes("c"))))
                    .containsExactly(bytes("3"), null, bytes("1"), bytes("3"));
            assertThat(store.get(List.of())).isEmpty();
        }
    }

    /**
     * Rule 9: a crash leaves the state after some whole batch. Files copied while the store is open
     * are what a crash would leave.
     */
    @Test
    void aCrashLeavesAPrefixOfWholeBatches() throws IOException {
        Path crashed = directory.resolve("crashed");
        byte[] filler = new byte[1 << 18];
        try (RocksStore store = RocksStore.open(directory.resolve("s"))) {
            for (int i = 1; i <= 80; i++) {
                byte[] index = bytes(Integer.toString(i));
                store.write(List.of(
                        new Change(bytes("left"), index),
                        new Change(bytes("filler" + i), filler),
                        new Change(bytes("right"), index)));
            }
            CheckpointFiles.share(directory.resolve("s"), crashed);
        }
        try (RocksStore after = RocksStore.open(crashed)) {
            byte[] left = after.get(bytes("left"));
            assertThat(left).isNotNull().isEqualTo(after.get(bytes("right")));
            assertThat(after.get(bytes("filler" + new String(left, UTF_8)))).hasSize(filler.length);
        }
    }

    @Test
    void aClosedStoreRefusesInsteadOfCrashing() throws IOException {
        RocksStore store = RocksStore.open(directory.resolve("s"));
        store.close();
        store.close();

        assertThatThrownBy(() -> store.get(bytes("a"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDamagedStoreIsAnErrorThatNamesIt() throws IOException {
        Path damaged = Files.createDirectory(directory.resolve("s"));
        Files.writeString(damaged.resolve("CURRENT"), "MANIFEST-000099\n");

        assertThatThrownBy(() -> RocksStore.open(damaged))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(damaged.toString());
    }

    private static Change put(String key, String value) {
        return put(bytes(key), value);
    }

    private static Change put(byte[] key, String value) {
        return new Change(key, bytes(value));
    }

    private static List<String> keys(List<Pair> pairs) {
        return pairs.stream().map(pair -> new String(pair.key(), UTF_8)).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
