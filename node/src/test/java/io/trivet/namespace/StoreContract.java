package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.namespace.Store.Change;
import io.trivet.namespace.Store.Pair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Store} guarantees. A test class of an implementation extends this, and closes
 * what it opened itself.
 */
@Timeout(60)
public abstract class StoreContract {
    private Store store;

    /** Opens a new and empty store. Called once for each test. */
    protected abstract Store open() throws Exception;

    @BeforeEach
    void openEmptyStore() throws Exception {
        store = open();
    }

    @Test
    void aSnapshotStaysAsItWas() {
        store.write(List.of(new Store.Change(new byte[] {1}, new byte[] {10})));
        try (Store.Snapshot moment = store.snapshot()) {
            store.write(List.of(
                    new Store.Change(new byte[] {1}, new byte[] {11}), new Store.Change(new byte[] {2}, new byte[0])));
            List<Store.Pair> seen = moment.range(new byte[] {0}, new byte[] {9}, 10);
            assertThat(seen).hasSize(1);
            assertThat(seen.getFirst().value()).containsExactly(10);
        }
    }

    @Test
    void whatWasNeverWrittenIsNull() {
        assertThat(store.get(key("a"))).isNull();
        assertThat(store.range(key("a"), key("z"), 10)).isEmpty();
    }

    @Test
    void whatWasWrittenIsRead() {
        put("a", "1");
        assertThat(store.get(key("a"))).isEqualTo(key("1"));
        assertThat(store.get(key("aa"))).isNull();
    }

    @Test
    void anEmptyValueIsNotAMissingOne() {
        put("a", "");
        assertThat(store.get(key("a"))).isEmpty();
        assertThat(store.range(key("a"), key("b"), 10)).hasSize(1);
    }

    @Test
    void nullRemoves() {
        put("a", "1");
        put("b", "2");
        put("a", null);
        assertThat(store.get(key("a"))).isNull();
        assertThat(names(store.range(key("a"), key("z"), 10))).containsExactly("b");
    }

    @Test
    void removingWhatIsNotThereIsNoError() {
        put("a", null);
        assertThat(store.get(key("a"))).isNull();
    }

    @Test
    void changesOfOneWriteApplyInOrder() {
        store.write(List.of(
                new Change(key("a"), key("1")),
                new Change(key("b"), key("1")),
                new Change(key("a"), null),
                new Change(key("b"), key("2")),
                new Change(key("c"), null),
                new Change(key("c"), key("3"))));
        assertThat(store.get(key("a"))).isNull();
        assertThat(store.get(key("b"))).isEqualTo(key("2"));
        assertThat(store.get(key("c"))).isEqualTo(key("3"));
    }

    @Test
    void writingNothingIsNoError() {
        store.write(List.of());
        assertThat(store.range(new byte[] {0}, new byte[] {(byte) 0xFF}, 10)).isEmpty();
    }

    @Test
    void aRangeIncludesItsStartAndExcludesItsEnd() {
        List.of("a", "b", "c", "d").forEach(name -> put(name, name));
        assertThat(names(store.range(key("b"), key("d"), 10))).containsExactly("b", "c");
    }

    @Test
    void aRangeThatEndsBeforeItStartsIsEmpty() {
        put("b", "1");
        assertThat(store.range(key("b"), key("b"), 10)).isEmpty();
        assertThat(store.range(key("c"), key("a"), 10)).isEmpty();
    }

    @Test
    void aRangeHasAtMostLimitRowsTheFirstOnes() {
        List.of("d", "a", "c", "b").forEach(name -> put(name, name));
        assertThat(names(store.range(key("a"), key("z"), 2))).containsExactly("a", "b");
    }

    @Test
    void keysCompareAsUnsignedBytes() {
        byte[][] ordered = {{0}, {0, 0}, {0, 1}, {0x7F}, {(byte) 0x80}, {(byte) 0x80, 0}, {(byte) 0xFE, (byte) 0xFF}};
        for (int i = ordered.length - 1; i >= 0; i--) {
            store.write(List.of(new Change(ordered[i], new byte[] {(byte) i})));
        }
        assertThat(store.range(new byte[] {0}, new byte[] {(byte) 0xFF}, 100).stream()
                        .map(Pair::key)
                        .toList())
                .containsExactly(ordered);
    }

    @Test
    void aLongKeyAndALargeValueAreKept() {
        byte[] longKey = new byte[300];
        Arrays.fill(longKey, (byte) 'k');
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        store.write(List.of(new Change(longKey, large)));
        assertThat(store.get(longKey)).isEqualTo(large);
    }

    @Test
    void randomWritesReadLikeASortedMap() {
        Random random = new Random(20_26);
        TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 300; round++) {
            List<Change> changes = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte[] value = random.nextInt(3) == 0 ? null : randomBytes(random, 20);
                Change change = new Change(randomBytes(random, 2), value);
                changes.add(change);
                model.remove(change.key());
                if (value != null) {
                    model.put(change.key(), value);
                }
            }
            store.write(changes);
            byte[] from = randomBytes(random, 2);
            byte[] to = RowKeys.after(from);
            to[0] = (byte) 0xFF;
            int limit = 1 + random.nextInt(20);
            List<Pair> expected = model.subMap(from, to).entrySet().stream()
                    .limit(limit)
                    .map(row -> new Pair(row.getKey(), row.getValue()))
                    .toList();
            assertThat(store.range(from, to, limit))
                    .as("round %d", round)
                    .usingRecursiveComparison()
                    .isEqualTo(expected);
        }
    }

    @Test
    void othersReadWhileOneWrites() throws InterruptedException {
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        Thread reader = Thread.ofPlatform().name("contract-reader").start(() -> {
            try {
                while (done.getCount() > 0) {
                    store.range(key("k"), key("l"), 50)
                            .forEach(row -> assertThat(store.get(row.key())).isNotNull());
                }
            } catch (RuntimeException | AssertionError e) {
                failed.set(e);
            }
        });
        for (int i = 0; i < 500; i++) {
            put("k" + i % 60, "value " + i);
        }
        done.countDown();
        reader.join();
        assertThat(failed.get()).isNull();
    }

    private void put(String key, @Nullable String value) {
        store.write(List.of(new Change(key(key), value == null ? null : key(value))));
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> names(List<Pair> rows) {
        return rows.stream()
                .map(row -> new String(row.key(), StandardCharsets.UTF_8))
                .toList();
    }

    /** 1 to {@code max} bytes below 0xF0, of few values, so that keys repeat. */
    private static byte[] randomBytes(Random random, int max) {
        byte[] bytes = new byte[1 + random.nextInt(max)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(0x0F) << 4);
        }
        return bytes;
    }
}
