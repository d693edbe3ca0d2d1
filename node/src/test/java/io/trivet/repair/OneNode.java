package io.trivet.repair;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkWriter;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A real chunk store in a directory, with short methods to fill it and to damage its content. */
final class OneNode implements AutoCloseable {
    static final Slot FIRST = new Slot(2519);
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final ChunkSize CHUNK_SIZE = new ChunkSize(ChunkSize.BLOCK_BYTES);

    final AtomicLong losses = new AtomicLong();
    final ChunkStore store;
    private final Path disk;

    OneNode(Path disk) throws IOException {
        this.disk = disk;
        ChunkStore.format(new SystemDiskFiles(), disk, CLUSTER, new NodeId(0));
        store = ChunkStore.open(
                new SystemDiskFiles(),
                new StoreSettings(CLUSTER, new NodeId(0), List.of(disk), 0, 0),
                _ -> losses.incrementAndGet());
    }

    static FileId file(int epoch, long counter) {
        return new FileId(epoch, counter);
    }

    /** Stores a whole chunk of 64 KiB of this file. */
    ChunkId put(FileId file, int number) {
        ChunkId chunk = new ChunkId(file, number);
        byte[] bytes = new byte[CHUNK_SIZE.bytes()];
        bytes[0] = (byte) number;
        int crc = Checksums.of(bytes);
        ChunkHeader header =
                new ChunkHeader(chunk, FIRST, CHUNK_SIZE, bytes.length, true, RemotePath.parse("/somewhere"));
        try (ChunkWriter writer = store.begin(header)) {
            writer.write(ByteBuffer.wrap(bytes), new int[] {crc});
            writer.finish(bytes.length, crc);
        }
        return chunk;
    }

    List<ChunkId> held() {
        List<ChunkId> held = new ArrayList<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            store.list(new Slot(slot), storedChunk -> held.add(storedChunk.chunk()));
        }
        return held.stream().sorted().toList();
    }

    Path fileOf(ChunkId chunk) throws IOException {
        try (Stream<Path> files = Files.walk(disk.resolve("chunks"))) {
            return files.filter(path -> path.getFileName().toString().equals(chunk.toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Flips a bit of a chunk's file; a negative {@code at} counts from the end. */
    void flip(ChunkId chunk, int at) throws IOException {
        Path file = fileOf(chunk);
        byte[] bytes = Files.readAllBytes(file);
        bytes[at < 0 ? bytes.length + at : at] ^= 8;
        Files.write(file, bytes);
    }

    /** The number of files in quarantine. */
    long quarantined() throws IOException {
        try (Stream<Path> files = Files.list(disk.resolve("quarantine"))) {
            return files.count();
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
