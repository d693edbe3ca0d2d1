package io.trivet.namespace;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that counts its reads. It can be copied, as a crash leaves it between two
 * writes.
 */
public final class MemoryStore implements Store {
    private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    private int reads;
    private int writes;

    @Override
    public synchronized byte @Nullable [] get(byte[] key) {
        reads++;
        byte[] value = rows.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public synchronized List<Pair> range(byte[] from, byte[] to, int limit) {
        reads++;
        return Arrays.compareUnsigned(from, to) >= 0
                ? List.of()
                : rows.subMap(from, to).entrySet().stream()
                        .limit(limit)
                        .map(row ->
                                new Pair(row.getKey().clone(), row.getValue().clone()))
                        .toList();
    }

    @Override
    public Snapshot snapshot() {
        MemoryStore moment = copy();
        return new Snapshot() {
            @Override
            public List<Pair> range(byte[] from, byte[] to, int limit) {
                return moment.range(from, to, limit);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized void write(List<Change> changes) {
        writes++;
        for (Change change : changes) {
            byte[] value = change.value();
            if (value == null) {
                rows.remove(change.key());
            } else {
                rows.put(change.key().clone(), value.clone());
            }
        }
    }

    public synchronized MemoryStore copy() {
        MemoryStore copy = new MemoryStore();
        copy.rows.putAll(rows);
        return copy;
    }

    /** All rows as text, for comparison. */
    public synchronized Map<String, String> content() {
        Map<String, String> content = new LinkedHashMap<>();
        rows.forEach(
                (key, value) -> content.put(RowKeys.text(key), HexFormat.of().formatHex(value)));
        return content;
    }

    synchronized int reads() {
        return reads;
    }

    synchronized int writes() {
        return writes;
    }
}
