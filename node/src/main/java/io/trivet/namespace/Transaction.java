package io.trivet.namespace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.trivet.message.StateMessages.NumberRow;
import io.trivet.namespace.Store.Change;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a {@link Store} that are not written yet. Its reads see them; the store gets all of
 * them at once. What was read or written stays in memory, so the operations of one entry read a row
 * once.
 *
 * <p>A refused operation undoes its own changes: {@link #mark} before it, {@link #rollBack} after.
 */
final class Transaction {
    private static final int PAGE = 100;

    private final Store store;
    private final NavigableMap<byte[], Value> changes = new TreeMap<>(Arrays::compareUnsigned);
    private final NavigableMap<byte[], Value> seen = new TreeMap<>(Arrays::compareUnsigned);
    private final Deque<Undo> undo = new ArrayDeque<>();

    Transaction(Store store) {
        this.store = store;
    }

    byte @Nullable [] get(byte[] key) {
        Value changed = changes.get(key);
        return changed != null ? changed.bytes : seen.computeIfAbsent(key, k -> new Value(store.get(k))).bytes;
    }

    /**
     * The values of many keys, in the order of the keys, with null for missing ones. These reads
     * are not cached.
     */
    List<byte @Nullable []> get(List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(store.get(keys));
        for (int i = 0; !changes.isEmpty() && i < values.size(); i++) {
            Value changed = changes.get(keys.get(i));
            values.set(i, changed == null ? values.get(i) : changed.bytes);
        }
        return values;
    }

    boolean has(byte[] key) {
        return get(key) != null;
    }

    /**
     * The row of a key, or null. Throws {@link IllegalStateException} if it does not parse, which
     * is a bug or a broken store.
     */
    <T extends MessageLite> @Nullable T get(byte[] key, Parser<T> parser) {
        byte[] bytes = get(key);
        return bytes == null ? null : parse(key, bytes, parser);
    }

    static <T extends MessageLite> T parse(Pair row, Parser<T> parser) {
        return parse(row.key(), row.value(), parser);
    }

    private static <T extends MessageLite> T parse(byte[] key, byte[] bytes, Parser<T> parser) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("row " + RowKeys.text(key) + " of " + bytes.length + " bytes is broken", e);
        }
    }

    /** The number under a key; 0 if there is none. */
    long number(byte[] key) {
        NumberRow row = get(key, NumberRow.parser());
        return row == null ? 0 : row.getValue();
    }

    long count(Counter counter) {
        return number(RowKeys.counter(counter));
    }

    /** Adds to the count and returns the count before. */
    long add(Counter counter, int more) {
        long before = count(counter);
        putNumber(RowKeys.counter(counter), Math.addExact(before, more));
        return before;
    }

    /** At most {@code limit} rows in the order of their keys, with the changes made here. */
    List<Pair> range(RowKeys.Span span, int limit) {
        NavigableMap<byte[], Value> changed = changes.subMap(span.from(), true, span.to(), false);
        if (changed.isEmpty()) {
            return store.range(span.from(), span.to(), limit);
        }
        // Every change hides at most one stored row, so enough rows remain, and no unread row comes
        // before them.
        NavigableMap<byte[], Value> merged = new TreeMap<>(Arrays::compareUnsigned);
        store.range(span.from(), span.to(), limit + changed.size())
                .forEach(row -> merged.put(row.key(), new Value(row.value())));
        merged.putAll(changed);
        return merged.entrySet().stream()
                .flatMap(row -> row.getValue().stored(row.getKey()).stream())
                .limit(limit)
                .toList();
    }

    /** The number of rows, up to {@code most}; only a page of them is in memory. */
    int count(RowKeys.Span span, int most) {
        int[] count = new int[1];
        any(span, _ -> ++count[0] >= most);
        return count[0];
    }

    /** Whether a row is one that is looked for; only a page of them is in memory. */
    boolean any(RowKeys.Span span, Predicate<Pair> wanted) {
        RowKeys.Span rest = span;
        while (true) {
            List<Pair> page = range(rest, PAGE);
            if (page.stream().anyMatch(wanted)) {
                return true;
            }
            if (page.size() < PAGE) {
                return false;
            }
            rest = rest.startingAt(RowKeys.after(page.getLast().key()));
        }
    }

    void put(byte[] key, byte[] value) {
        change(key, new Value(value));
    }

    void put(byte[] key, MessageLite row) {
        put(key, row.toByteArray());
    }

    void putNumber(byte[] key, long value) {
        put(key, NumberRow.newBuilder().setValue(value).build());
    }

    void remove(byte[] key) {
        change(key, new Value(null));
    }

    /** {@link #rollBack} undoes what follows. */
    void mark() {
        undo.clear();
    }

    void rollBack() {
        while (!undo.isEmpty()) {
            Undo last = undo.pop();
            if (last.before == null) {
                changes.remove(last.key);
            } else {
                changes.put(last.key, last.before);
            }
        }
    }

    /** One change for every changed key, in the order of keys: the same on every replica. */
    List<Change> changes() {
        return changes.entrySet().stream()
                .map(row -> new Change(row.getKey(), row.getValue().bytes))
                .toList();
    }

    private void change(byte[] key, Value value) {
        undo.push(new Undo(key, changes.put(key, value)));
    }

    /** The value of a key; null if it has none. */
    private record Value(byte @Nullable [] bytes) {
        Optional<Pair> stored(byte[] key) {
            return Optional.ofNullable(bytes).map(value -> new Pair(key, value));
        }
    }

    private record Undo(byte[] key, @Nullable Value before) {}
}
