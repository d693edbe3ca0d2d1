package io.trivet.bench.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.DirectoryRecord;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.NumberRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import io.trivet.namespace.Store;
import io.trivet.placement.FirstSlot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a namespace after the files of a {@link GeneratedTree} were saved: the existing rows,
 * the directories, and for each file its name and its location, generated on demand. To be read
 * once, in order, as a backup does; the checks of a restore show whether the state machine itself
 * would have made them. One thread.
 */
final class GeneratedRows implements Store {
    private static final int FILES = 1;
    private static final int DIRECTORIES = 2;
    private static final int SHORT_FIRSTS = 7;
    private static final long LARGEST_FILE = 1 << 20;
    private static final int MODE = 0644;

    /** A year: the range of the files' times of modification. */
    private static final long AGE_MS = 366L * 24 * 3600 * 1000;

    private final GeneratedTree tree;
    private final int epoch;
    private final long nowMs = System.currentTimeMillis();
    private final NavigableMap<byte[], byte[]> few = new TreeMap<>(Arrays::compareUnsigned);

    /**
     * Over the rows of an empty namespace.
     *
     * @param epoch in which the files were saved
     */
    GeneratedRows(Iterable<Pair> rows, GeneratedTree tree, int epoch) {
        this.tree = tree;
        this.epoch = epoch;
        rows.forEach(row -> few.put(row.key(), row.value()));
        count(FILES, tree.files());
        count(DIRECTORIES, tree.directories());
        count(SHORT_FIRSTS, tree.files());
        directory(GeneratedTree.ROOT_NUMBER, "large", GeneratedTree.LARGE_NUMBER);
        directory(GeneratedTree.ROOT_NUMBER, "tree", GeneratedTree.TREE_NUMBER);
        for (long branch = 0; branch < tree.branches(); branch++) {
            directory(GeneratedTree.TREE_NUMBER, GeneratedTree.branchName(branch), tree.branchNumber(branch));
        }
        for (long leaf = 0; leaf < tree.leaves(); leaf++) {
            directory(
                    tree.branchNumber(GeneratedTree.branchOf(leaf)),
                    GeneratedTree.leafName(leaf),
                    tree.leafNumber(leaf));
        }
    }

    private void count(int counter, long value) {
        few.put(
                new byte[] {'C', (byte) counter},
                NumberRow.newBuilder().setValue(value).build().toByteArray());
    }

    private void directory(long parent, String name, long number) {
        few.put(
                name(parent, name),
                NameRow.newBuilder()
                        .setDirectory(DirectoryRecord.newBuilder().setId(number).setModifiedMs(nowMs))
                        .build()
                        .toByteArray());
        few.put(
                ByteBuffer.allocate(1 + Long.BYTES)
                        .put((byte) 'D')
                        .putLong(number)
                        .array(),
                location(parent, name));
    }

    private static byte[] name(long parent, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Long.BYTES + bytes.length)
                .put((byte) 'N')
                .putLong(parent)
                .put(bytes)
                .array();
    }

    private static byte[] location(long parent, String name) {
        return LocationRow.newBuilder()
                .setParent(parent)
                .setName(ByteString.copyFromUtf8(name))
                .build()
                .toByteArray();
    }

    private Stream<Pair> locations() {
        return LongStream.range(0, tree.files()).mapToObj(turn -> {
            GeneratedTree.Leaf leaf = tree.saved(turn);
            byte[] key = ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES)
                    .put((byte) 'I')
                    .putInt(epoch)
                    .putLong(turn + 1)
                    .array();
            return new Pair(key, location(leaf.directory(), leaf.name()));
        });
    }

    private Stream<Pair> names() {
        Stream<Pair> large = LongStream.range(0, tree.large()).mapToObj(this::file);
        Stream<Pair> scattered = LongStream.range(0, tree.scattered()).mapToObj(number -> file(tree.turnOf(number)));
        return Stream.concat(large, scattered);
    }

    private Pair file(long turn) {
        GeneratedTree.Leaf leaf = tree.saved(turn);
        SplittableRandom random = new SplittableRandom(turn);
        FileRecord record = new FileRecord(
                new FileId(epoch, turn + 1),
                random.nextLong(LARGEST_FILE),
                ChunkSize.DEFAULT,
                FirstSlot.startOfShortFile(turn),
                random.nextInt(),
                Instant.ofEpochMilli(nowMs - random.nextLong(AGE_MS)),
                "someone",
                MODE,
                new Sha256(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
        NameRow row = NameRow.newBuilder().setFile(StateCodec.to(record)).build();
        return new Pair(name(leaf.directory(), leaf.name()), row.toByteArray());
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return few.get(key);
    }

    @Override
    public List<Pair> range(byte[] from, byte[] to, int limit) {
        return few.subMap(from, true, to, false).entrySet().stream()
                .limit(limit)
                .map(row -> new Pair(row.getKey(), row.getValue()))
                .toList();
    }

    @Override
    public void write(List<Change> changes) {
        throw new IllegalStateException("these rows do not change");
    }

    @Override
    public Snapshot snapshot() {
        return new InOrder();
    }

    /** All rows, once; a few may be looked up in between. */
    private final class InOrder implements Snapshot {
        private final Iterator<Pair> many = Stream.concat(locations(), names()).iterator();
        private @Nullable Pair next = many.hasNext() ? many.next() : null;

        @Override
        public List<Pair> range(byte[] from, byte[] to, int limit) {
            if (limit == 1) {
                return GeneratedRows.this.range(from, to, limit);
            }
            List<Pair> page = new ArrayList<>(GeneratedRows.this.range(from, to, limit));
            byte[] end = page.size() < limit ? to : page.getLast().key();
            List<Pair> merged = new ArrayList<>();
            int at = 0;
            while (merged.size() < limit) {
                Pair generated = next;
                if (generated != null
                        && isBefore(generated.key(), end)
                        && (at == page.size()
                                || isBefore(generated.key(), page.get(at).key()))) {
                    merged.add(generated);
                    next = many.hasNext() ? many.next() : null;
                } else if (at < page.size()) {
                    merged.add(page.get(at++));
                } else {
                    break;
                }
            }
            return merged;
        }

        private static boolean isBefore(byte[] key, byte[] other) {
            return Arrays.compareUnsigned(key, other) < 0;
        }

        @Override
        public void close() {}
    }
}
