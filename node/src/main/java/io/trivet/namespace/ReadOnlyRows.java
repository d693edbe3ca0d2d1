package io.trivet.namespace;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a backup in memory, as a store that does not change once all are added. One thread.
 */
final class ReadOnlyRows implements Store {
    private final NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);

    void keep(Pair row) {
        rows.put(row.key(), row.value());
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return rows.get(key);
    }

    @Override
    public List<Pair> range(byte[] from, byte[] to, int limit) {
        return Arrays.compareUnsigned(from, to) >= 0
                ? List.of()
                : rows.subMap(from, true, to, false).entrySet().stream()
                        .limit(limit)
                        .map(row -> new Pair(row.getKey(), row.getValue()))
                        .toList();
    }

    @Override
    public void write(List<Change> changes) {
        throw new IllegalStateException("a backup does not change");
    }

    @Override
    public Snapshot snapshot() {
        throw new IllegalStateException("a backup is a moment itself");
    }
}
