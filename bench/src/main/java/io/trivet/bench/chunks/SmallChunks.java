package io.trivet.bench.chunks;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkReader;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkWriter;
import io.trivet.chunk.StoreSettings;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stores small chunks in one chunk store, each in a file of its own or in volumes, then opens the
 * store again.
 *
 * <p>Arguments: an empty directory, {@code files} or {@code volumes}, the number of chunks, their
 * bytes, threads, and the milliseconds that each sync takes longer than that of the disk (-1: syncs do
 * nothing, to fill a store quickly).
 */
final class SmallChunks {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final NodeId NODE = new NodeId(0);
    private static final ChunkSize CHUNK_SIZE = new ChunkSize(1 << 20);

    private SmallChunks() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int smallBytes = args[1].equals("volumes") ? StoreSettings.USUAL_SMALL_BYTES : 0;
        int count = Integer.parseInt(args[2]);
        int length = Integer.parseInt(args[3]);
        int threads = Integer.parseInt(args[4]);
        SlowSyncFiles files = new SlowSyncFiles(Integer.parseInt(args[5]));
        StoreSettings settings = new StoreSettings(CLUSTER, NODE, List.of(directory), 0, smallBytes);
        ChunkStore.format(files, directory, CLUSTER, NODE);
        try (ChunkStore store = ChunkStore.open(files, settings, loss -> System.out.println(loss))) {
            long before = files.syncs();
            long begin = System.nanoTime();
            storeAll(store, count, length, threads);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "%s %d bytes %d threads: %.0f chunks/s, %.2f syncs a chunk%n",
                    args[1], length, threads, count / seconds, (files.syncs() - before) / (double) count);
            begin = System.nanoTime();
            load(store, count);
            System.out.printf("one thread reads %.0f chunks/s%n", count / ((System.nanoTime() - begin) / 1e9));
        }
        long begin = System.nanoTime();
        try (ChunkStore store = ChunkStore.open(files, settings, loss -> System.out.println(loss))) {
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.gc();
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            System.out.printf(
                    "opened in %.2f s, %d bytes of chunks, live heap %d MiB%n", seconds, store.usedBytes(), heap >> 20);
            begin = System.nanoTime();
            AtomicLong listed = new AtomicLong();
            for (int slot = 0; slot < Slot.COUNT; slot++) {
                store.list(new Slot(slot), chunk -> listed.incrementAndGet());
            }
            System.out.printf("listed %d in %.2f s%n", listed.get(), (System.nanoTime() - begin) / 1e9);
        }
    }

    private static void storeAll(ChunkStore store, int count, int length, int threads) throws Exception {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        int[] crcs = crcs(bytes);
        int crc = Checksums.of(bytes);
        Sha256 sha256 = Sha256.of(bytes);
        AtomicLong next = new AtomicLong();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            writers.add(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(length).put(bytes);
                for (long number = next.incrementAndGet(); number <= count; number = next.incrementAndGet()) {
                    try (ChunkWriter writer = store.begin(header(number, length))) {
                        writer.writeVerified(buffer.rewind(), crcs);
                        writer.finish(length, crc, sha256);
                    }
                }
                return null;
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> writer : pool.invokeAll(writers)) {
                writer.get();
            }
        }
    }

    private static void load(ChunkStore store, int count) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(1 << 20);
        for (long number = 1; number <= count; number++) {
            try (ChunkReader reader = store.open(chunk(number), slot(number))) {
                reader.readBlocks(0, into.clear().limit(reader.length()));
            }
        }
    }

    private static ChunkId chunk(long number) {
        return new ChunkId(new FileId(1, number), 1);
    }

    private static Slot slot(long number) {
        return new Slot((int) (number * 7 % Slot.COUNT));
    }

    private static ChunkHeader header(long number, int length) {
        return new ChunkHeader(
                chunk(number),
                slot(number),
                CHUNK_SIZE,
                length,
                true,
                RemotePath.parse("/data/set/images/" + number + ".jpg"));
    }

    private static int[] crcs(byte[] bytes) {
        int[] crcs = new int[Math.ceilDiv(bytes.length, ChunkSize.BLOCK_BYTES)];
        for (int i = 0; i < crcs.length; i++) {
            int at = i * ChunkSize.BLOCK_BYTES;
            crcs[i] = Checksums.of(ByteBuffer.wrap(bytes, at, Math.min(ChunkSize.BLOCK_BYTES, bytes.length - at)));
        }
        return crcs;
    }
}
