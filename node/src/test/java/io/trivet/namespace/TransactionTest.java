package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.message.StateMessages.NumberRow;
import io.trivet.namespace.Store.Change;
import io.trivet.namespace.Store.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class TransactionTest {
    private static final RowKeys.Span ALL = new RowKeys.Span(new byte[] {'A'}, new byte[] {'Z'});

    private final MemoryStore store = new MemoryStore();
    private final Transaction rows = new Transaction(store);

    @Test
    void readsSeeChangesAndTheStoreDoesNot() {
        rows.put(key(1), new byte[] {1});
        assertThat(rows.get(key(1))).containsExactly(1);
        assertThat(rows.range(ALL, 10)).hasSize(1);
        assertThat(store.content()).isEmpty();
    }

    @Test
    void rollBackLeadsBackToTheMark() {
        rows.put(key(1), new byte[] {1});
        rows.put(key(2), new byte[] {2});
        rows.mark();
        rows.put(key(1), new byte[] {9});
        rows.put(key(1), new byte[] {8});
        rows.remove(key(2));
        rows.put(key(3), new byte[] {3});
        rows.rollBack();
        assertThat(rows.changes())
                .usingRecursiveComparison()
                .isEqualTo(List.of(new Change(key(1), new byte[] {1}), new Change(key(2), new byte[] {2})));
    }

    @Test
    void aRowIsReadOnce() {
        rows.get(key(1));
        rows.get(key(1));
        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void aBrokenRowIsNamed() {
        store.write(List.of(new Change(key(1), new byte[] {(byte) 0xFF})));
        assertThatThrownBy(() -> rows.get(key(1), NumberRow.parser()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("K 01");
    }

    /** A range over stored and changed rows equals that of a sorted map. */
    @Property(tries = 400)
    void rangesMergeStoreAndChanges(
            @ForAll @Size(max = 20) List<@IntRange(max = 30) Integer> stored,
            @ForAll @Size(max = 20) List<@IntRange(max = 30) Integer> changed,
            @ForAll @IntRange(max = 30) int from,
            @ForAll @IntRange(max = 30) int to,
            @ForAll @IntRange(max = 10) int limit) {
        MemoryStore below = new MemoryStore();
        TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int number : stored) {
            below.write(List.of(new Change(key(number), new byte[] {0})));
            model.put(key(number), new byte[] {0});
        }
        Transaction above = new Transaction(below);
        for (int i = 0; i < changed.size(); i++) {
            byte[] key = key(changed.get(i));
            if (i % 2 == 0) {
                above.put(key, new byte[] {1});
                model.put(key, new byte[] {1});
            } else {
                above.remove(key);
                model.remove(key);
            }
        }
        RowKeys.Span span = new RowKeys.Span(key(Math.min(from, to)), key(Math.max(from, to)));
        List<Pair> expected = model.subMap(span.from(), span.to()).entrySet().stream()
                .limit(limit)
                .map(row -> new Pair(row.getKey(), row.getValue()))
                .toList();
        assertThat(above.range(span, limit)).usingRecursiveComparison().isEqualTo(expected);
    }

    private static byte[] key(int number) {
        return new byte[] {'K', (byte) number};
    }
}
