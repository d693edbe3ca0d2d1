package io.trivet.rescue;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkWriter;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.StoreSettings;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * The disks {@code d0}, {@code d1}, ... of as many nodes, written by real chunk stores, and methods
 * to damage them.
 */
final class TestDisks implements AutoCloseable {
    static final ChunkSize CHUNK_SIZE = new ChunkSize(2 * ChunkSize.BLOCK_BYTES);
    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    static final Slot FIRST = new Slot(2518);

    private final List<Path> roots = new ArrayList<>();
    private final List<ChunkStore> stores = new ArrayList<>();

    TestDisks(Path base, int count) throws IOException {
        this(base, count, CLUSTER);
    }

    TestDisks(Path base, int count, ClusterId cluster) throws IOException {
        this(base, count, cluster, 0);
    }

    /** Chunks of up to {@code smallBytes} are in volumes. */
    TestDisks(Path base, int count, ClusterId cluster, int smallBytes) throws IOException {
        for (int number = 0; number < count; number++) {
            Path root = Files.createDirectories(base.resolve("d" + number));
            NodeId node = new NodeId(number);
            ChunkStore.format(new SystemDiskFiles(), root, cluster, node);
            roots.add(root);
            stores.add(ChunkStore.open(
                    new SystemDiskFiles(),
                    new StoreSettings(cluster, node, List.of(root), 0, smallBytes),
                    storeLoss -> {}));
        }
    }

    List<Path> roots() {
        return List.copyOf(roots);
    }

    static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static ChunkHeader header(ChunkId chunk, String path, int length, boolean last) {
        return new ChunkHeader(chunk, FIRST, CHUNK_SIZE, length, last, RemotePath.parse(path));
    }

    /** Stores all chunks of a file on every disk. */
    byte[] save(long counter, String path, int size) {
        byte[] bytes = content(counter, size);
        int count = CHUNK_SIZE.chunksOf(size);
        for (int number = 1; number <= count; number++) {
            int offset = (int) CHUNK_SIZE.offsetOf(number);
            int length = CHUNK_SIZE.lengthOf(number, size);
            byte[] chunk = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            for (int disk = 0; disk < stores.size(); disk++) {
                store(disk, header(new ChunkId(new FileId(1, counter), number), path, length, number == count), chunk);
            }
        }
        return bytes;
    }

    void store(int disk, ChunkHeader header, byte[] bytes) {
        try (ChunkWriter writer = stores.get(disk).begin(header)) {
            for (int at = 0; at < bytes.length; at += ChunkSize.BLOCK_BYTES) {
                ByteBuffer block = ByteBuffer.wrap(bytes, at, Math.min(ChunkSize.BLOCK_BYTES, bytes.length - at));
                writer.write(block, new int[] {Checksums.of(block)});
            }
            writer.finish(bytes.length, Checksums.of(bytes));
        }
    }

    Path file(int disk, long counter, int number) {
        return new DiskPaths(roots.get(disk))
                .chunk(new ChunkId(new FileId(1, counter), number), FIRST.plus(number - 1L));
    }

    /** Deletes all replicas of a chunk. */
    void delete(long counter, int number) throws IOException {
        for (int disk = 0; disk < roots.size(); disk++) {
            deleteOn(disk, counter, number);
        }
    }

    void deleteOn(int disk, long counter, int number) throws IOException {
        Files.delete(file(disk, counter, number));
    }

    void flip(int disk, long counter, int number, long at) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file(disk, counter, number), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 0x10)}), at);
        }
    }

    void cut(int disk, long counter, int number, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file(disk, counter, number), StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Override
    public void close() throws IOException {
        for (ChunkStore store : stores) {
            store.close();
        }
    }
}
