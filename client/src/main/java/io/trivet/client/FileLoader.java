package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loads a file to a local one: chunks in parallel, straight into place in a temporary file beside the target, which gets the target's name only when the
 * whole is verified. What fails leaves the target as it was.
 */
final class FileLoader implements AutoCloseable {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    private final Transfers transfers;
    private final int parallelism;
    private final Set<Path> unfinished = ConcurrentHashMap.newKeySet();

    FileLoader(Transfers transfers, int parallelism) {
        this.transfers = transfers;
        this.parallelism = parallelism;
    }

    LoadSummary load(FileRecord record, String name, Path target, Progress progress) {
        long begin = System.nanoTime();
        if (Files.isDirectory(target)) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, target.toString(), "name a file in it");
        }
        progress.started(record.size());
        Path temporary = beside(target);
        try {
            unfinished.add(temporary);
            fill(temporary, record, name, progress);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new LoadSummary(record, Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException e) {
            throw LocalFiles.refusal(target, e);
        } finally {
            discard(temporary);
        }
    }

    private static Path beside(Path target) {
        Path name = target.getFileName();
        if (name == null) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, target.toString(), "name a file in it");
        }
        String random = Integer.toHexString(ThreadLocalRandom.current().nextInt());
        // A fixed short name: the target's own may be as long as a file system allows.
        return target.resolveSibling(".trivet-load-" + random + "~");
    }

    private void fill(Path temporary, FileRecord record, String name, Progress progress) throws IOException {
        int[] sums = new int[record.chunkCount()];
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            transfers.forEachChunk(
                    record.chunkCount(),
                    parallelism,
                    (number, cancelled) -> sums[number - 1] = loadChunk(channel, record, number, progress, cancelled));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        verifyWhole(record, name, sums);
    }

    private int loadChunk(
            FileChannel channel,
            FileRecord record,
            int number,
            Progress progress,
            java.util.concurrent.atomic.AtomicBoolean cancelled)
            throws IOException {
        long start = record.chunkSize().offsetOf(number);
        ByteBuffer buffer = transfers.buffers.take(BUFFER_LIMIT);
        int sum = 0;
        try (ChunkStream stream = new ChunkStream(transfers, record, number, 0, progress)) {
            for (int offset = 0; stream.next(buffer); offset = stream.position()) {
                Transfers.stopIf(cancelled);
                sum = Checksums.combine(sum, Checksums.of(buffer), buffer.remaining());
                for (long at = start + offset; buffer.hasRemaining(); ) {
                    at += channel.write(buffer, at);
                }
            }
        } finally {
            transfers.buffers.giveBack(buffer);
        }
        return sum;
    }

    private static void verifyWhole(FileRecord record, String name, int[] sums) {
        int all = 0;
        for (int number = 1; number <= sums.length; number++) {
            all = Checksums.combine(all, sums[number - 1], record.chunkLength(number));
        }
        if (all != record.crc32c()) {
            throw WholeFile.differs(record, name, all);
        }
    }

    private void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // What is left is named as a temporary file.
        }
        unfinished.remove(temporary);
    }

    /** Removes the temporary files of loads that are still under way. */
    @Override
    public void close() {
        unfinished.forEach(this::discard);
    }
}
