package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Test chunks, and methods to store and read them. */
final class TestChunks {
    static final ClusterId CLUSTER = new ClusterId(new UUID(0x1111_2222_3333_4444L, 0x5555_6666_7777_8888L));
    static final NodeId NODE = new NodeId(0);
    static final Slot FIRST = new Slot(2519);
    static final ChunkSize CHUNK_SIZE = new ChunkSize(4 * ChunkSize.BLOCK_BYTES);
    static final RemotePath PATH = RemotePath.parse("/data.csv");

    private TestChunks() {}

    static ChunkId id(long counter, int number) {
        return new ChunkId(new FileId(1, counter), number);
    }

    static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The header of a file's last chunk. */
    static ChunkHeader header(ChunkId chunk, int length) {
        return new ChunkHeader(chunk, FIRST, CHUNK_SIZE, length, true, PATH);
    }

    static int[] crcs(byte[] bytes, int offset, int length) {
        int[] crcs = new int[Math.ceilDiv(length, ChunkSize.BLOCK_BYTES)];
        for (int i = 0; i < crcs.length; i++) {
            int at = i * ChunkSize.BLOCK_BYTES;
            crcs[i] = Checksums.of(ByteBuffer.wrap(bytes, offset + at, Math.min(ChunkSize.BLOCK_BYTES, length - at)));
        }
        return crcs;
    }

    /** Writes all bytes in pieces of two blocks, without finishing. */
    static void write(ChunkWriter writer, byte[] bytes) {
        int piece = 2 * ChunkSize.BLOCK_BYTES;
        for (int at = 0; at < bytes.length; at += piece) {
            int length = Math.min(piece, bytes.length - at);
            writer.write(ByteBuffer.wrap(bytes, at, length), crcs(bytes, at, length));
        }
    }

    static StoredChunk store(ChunkStore store, ChunkHeader header, byte[] bytes) {
        try (ChunkWriter writer = store.begin(header)) {
            write(writer, bytes);
            return writer.finish(bytes.length, Checksums.of(bytes), Sha256.of(bytes));
        }
    }

    static StoredChunk store(ChunkStore store, ChunkId chunk, byte[] bytes) {
        return store(store, header(chunk, bytes.length), bytes);
    }

    static byte[] read(ChunkStore store, ChunkId chunk) {
        try (ChunkReader reader = store.open(chunk, FIRST)) {
            ByteBuffer bytes = ByteBuffer.allocate(reader.length());
            reader.readBlocks(0, bytes);
            return bytes.array();
        }
    }

    /** Everything that the store lists. */
    static List<StoredChunk> listed(ChunkStore store) {
        List<StoredChunk> all = Collections.synchronizedList(new ArrayList<>());
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            store.list(new Slot(slot), all::add);
        }
        return all;
    }

    /** Of a store in which every chunk has a file of its own. */
    static StoreSettings settings(Path... disks) {
        return new StoreSettings(CLUSTER, NODE, List.of(disks), 0, 0);
    }

    /** Of a store in which small chunks share volumes. */
    static StoreSettings sharing(Path... disks) {
        return new StoreSettings(CLUSTER, NODE, List.of(disks), 0);
    }

    static ChunkStore format(DiskFiles files, Path... disks) throws IOException {
        for (Path disk : disks) {
            files.makeDirectory(disk);
            ChunkStore.format(files, disk, CLUSTER, NODE);
        }
        return ChunkStore.open(files, settings(disks), storeLoss -> {});
    }
}
