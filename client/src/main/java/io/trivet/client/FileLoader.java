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
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Loads a file to a local one: chunks in parallel, straight into place in a temporary file beside the target, which gets the target's name only when the
 * whole is verified. What fails leaves the target as it was; what is interrupted is resumed by the next load of the same file ({@link PartialLoad}).
 */
final class FileLoader implements AutoCloseable {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    /** A shorter file is loaded again faster than it is resumed. */
    private static final int RESUMABLE_CHUNKS = 3;

    private final Transfers transfers;
    private final Set<Path> unfinished = ConcurrentHashMap.newKeySet();

    FileLoader(Transfers transfers) {
        this.transfers = transfers;
    }

    LoadSummary load(OpenFile file, String name, Path target, Progress progress) {
        FileRecord record = file.record();
        long begin = System.nanoTime();
        if (Files.isDirectory(target) || target.getFileName() == null) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, target.toString(), "name a file in it");
        }
        progress.started(record.size());
        try {
            Optional<PartialLoad> partial = record.chunkCount() < RESUMABLE_CHUNKS
                    ? Optional.empty()
                    : PartialLoad.open(target, transfers.view().cluster(), record);
            int resumed = partial.isPresent()
                    ? resumably(partial.get(), file, name, target, progress)
                    : atOnce(file, name, target, progress);
            return new LoadSummary(record, Duration.ofNanos(System.nanoTime() - begin), resumed);
        } catch (IOException e) {
            throw LocalFiles.refusal(target, e);
        }
    }

    private int atOnce(OpenFile file, String name, Path target, Progress progress) throws IOException {
        FileRecord record = file.record();
        // A fixed short name: the target's own may be as long as a file system allows.
        Path temporary = target.resolveSibling(".trivet-load-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "~");
        try {
            unfinished.add(temporary);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                int[] sums = new int[record.chunkCount()];
                transfers.forEachChunk(
                        record.chunkCount(),
                        (number, cancelled) ->
                                sums[number - 1] = loadChunk(channel, file, number, progress, cancelled));
                verifyWhole(record, name, sums);
            }
            move(temporary, target, record);
            return 0;
        } finally {
            discard(temporary);
        }
    }

    /** Keeps what is in place when trying again can help; a process that dies keeps it as well. */
    private int resumably(PartialLoad partial, OpenFile file, String name, Path target, Progress progress)
            throws IOException {
        progress.resumable();
        boolean stays = false;
        try {
            int resumed = fill(partial, file, name, progress);
            move(partial.file(), target, file.record());
            return resumed;
        } catch (TrivetException e) {
            stays = canGoOn(e.kind());
            throw e;
        } finally {
            if (!stays) {
                partial.delete();
            }
            partial.close();
        }
    }

    private static boolean canGoOn(Refusal.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, BUSY, NO_QUORUM, NOT_LEADER, TOO_FEW_NODES -> true;
            default -> false;
        };
    }

    /** Returns how many chunks were in place. */
    private int fill(PartialLoad partial, OpenFile file, String name, Progress progress) throws IOException {
        FileRecord record = file.record();
        int count = record.chunkCount();
        int[] sums = new int[count];
        boolean[] there = new boolean[count];
        transfers.forEachChunk(count, (number, cancelled) -> {
            Transfers.stopIf(cancelled);
            verified(partial, record, number).ifPresent(crc -> {
                sums[number - 1] = crc;
                there[number - 1] = true;
            });
        });
        int resumed = tell(there, record, progress);
        transfers.forEachChunk(count, (number, cancelled) -> {
            if (!there[number - 1]) {
                sums[number - 1] = loadChunk(partial.channel(), file, number, progress, cancelled);
                partial.placed(number, sums[number - 1]);
            }
        });
        verifyWhole(record, name, sums);
        return resumed;
    }

    private Optional<Integer> verified(PartialLoad partial, FileRecord record, int number) throws IOException {
        ByteBuffer buffer = transfers.buffers.take(BUFFER_LIMIT);
        try {
            return partial.verified(record, number, buffer);
        } finally {
            transfers.buffers.giveBack(buffer);
        }
    }

    private static int tell(boolean[] there, FileRecord record, Progress progress) {
        int chunks = 0;
        long bytes = 0;
        for (int number = 1; number <= there.length; number++) {
            if (there[number - 1]) {
                chunks++;
                bytes += record.chunkLength(number);
            }
        }
        if (chunks > 0) {
            progress.resumed(chunks, there.length, bytes);
        }
        return chunks;
    }

    private static void move(Path temporary, Path target, FileRecord record) throws IOException {
        Files.setLastModifiedTime(temporary, FileTime.from(record.modified()));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private int loadChunk(FileChannel channel, OpenFile file, int number, Progress progress, AtomicBoolean cancelled)
            throws IOException {
        long start = file.record().chunkSize().offsetOf(number);
        ByteBuffer buffer = transfers.buffers.take(BUFFER_LIMIT);
        int sum = 0;
        try (ChunkStream stream = new ChunkStream(transfers, file, number, 0, progress)) {
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

    /** Removes the temporary files of loads that are still under way and cannot be resumed. */
    @Override
    public void close() {
        unfinished.forEach(this::discard);
    }
}
