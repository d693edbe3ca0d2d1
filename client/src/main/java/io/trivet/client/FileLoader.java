package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.ByteText;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Loads a file to a local one. Chunks arrive in parallel and are written into place in a temporary
 * file beside the target, which gets the target's name only after the whole was verified. A failure
 * leaves the target unchanged; the next load of the same file resumes an interrupted one ({@link
 * PartialLoad}).
 */
final class FileLoader implements AutoCloseable {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    /** Shorter files are loaded again faster than they are resumed. */
    private static final int RESUMABLE_CHUNKS = 3;

    private static final int PERMISSIONS = 0777;
    private static final int OWNER_ONLY = 0600;

    private final TransferResources transferResources;
    private final Set<Path> unfinished = ConcurrentHashMap.newKeySet();

    FileLoader(TransferResources transferResources) {
        this.transferResources = transferResources;
    }

    /** @param kept attributes to give back, with the permissions; null for neither */
    LoadSummary load(OpenFile file, String name, Path target, @Nullable Attributes kept, Progress progress) {
        FileRecord record = file.record();
        long begin = System.nanoTime();
        progress.started(record.size());
        try {
            Optional<PartialLoad> partial = record.chunkCount() < RESUMABLE_CHUNKS
                    ? Optional.empty()
                    : PartialLoad.open(target, transferResources.view().cluster(), record);
            int resumed = partial.isPresent()
                    ? resumably(partial.get(), file, name, target, kept, progress)
                    : atOnce(file, name, target, kept, progress);
            return new LoadSummary(record, Duration.ofNanos(System.nanoTime() - begin), resumed);
        } catch (IOException e) {
            throw LocalFiles.refusal(target, e);
        }
    }

    /**
     * Refuses a target without enough room before the first byte. If the room is unknown, the load
     * is tried.
     */
    private static void requireRoom(Path target, long size) {
        try {
            Path directory = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file is in a directory");
            FileStore store = Files.getFileStore(directory);
            long room = store.getUsableSpace();
            if (room < size && !store.isReadOnly()) {
                throw TrivetException.of(
                        Refusal.Kind.DISK_FULL,
                        directory.toString(),
                        "it has space for " + ByteText.of(room) + ", the file has " + ByteText.of(size)
                                + ": nothing was loaded");
            }
        } catch (IOException ignored) {
            // A write will report it.
        }
    }

    private int atOnce(OpenFile file, String name, Path target, @Nullable Attributes kept, Progress progress)
            throws IOException {
        FileRecord record = file.record();
        requireRoom(target, record.size());
        writeAndMove(record, target, kept, progress, channel -> {
            ChunkSums sums = new ChunkSums(record);
            transferResources.forEachChunk(
                    record.chunkCount(),
                    (number, cancelled) -> sums.set(number, loadChunk(channel, file, number, progress, cancelled)));
            FileChecksum.require(record, name, sums.whole());
        });
        return 0;
    }

    /** Writes a file of which all bytes are here and verified; {@code kept} as in {@link #load}. */
    void place(FileRecord record, ByteBuffer bytes, Path target, @Nullable Attributes kept, Progress progress)
            throws IOException {
        writeAndMove(record, target, kept, progress, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    private interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Writes under a short fixed name, since the target's own may be as long as a file system allows. */
    private void writeAndMove(
            FileRecord record, Path target, @Nullable Attributes kept, Progress progress, Content content)
            throws IOException {
        Path temporary = target.resolveSibling(".trivet-load-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "~");
        boolean moved = false;
        try {
            unfinished.add(temporary);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                hide(temporary, kept);
                content.writeTo(channel);
            }
            move(temporary, target, record, kept, progress);
            moved = true;
        } finally {
            if (moved) {
                unfinished.remove(temporary);
            } else {
                discard(temporary);
            }
        }
    }

    /** Keeps the partial load if a retry can help. It also stays if the process dies. */
    private int resumably(
            PartialLoad partial, OpenFile file, String name, Path target, @Nullable Attributes kept, Progress progress)
            throws IOException {
        progress.resumable();
        boolean stays = false;
        try {
            hide(partial.file(), kept);
            if (partial.isNew()) {
                requireRoom(target, file.record().size());
            }
            int resumed = fill(partial, file, name, progress);
            move(partial.file(), target, file.record(), kept, progress);
            return resumed;
        } catch (TrivetException e) {
            stays = canGoOn(e.kind());
            if (!stays) {
                progress.unresumable();
            }
            throw e;
        } catch (IOException e) {
            progress.unresumable();
            throw e;
        } finally {
            if (!stays) {
                partial.delete();
            }
            partial.close();
        }
    }

    /** If the disk is full nothing is kept, because the room may be needed. */
    private static boolean canGoOn(Refusal.Kind kind) {
        return kind.retryable() && kind != Refusal.Kind.DISK_FULL && kind != Refusal.Kind.DISK_FAILED;
    }

    /** Returns how many chunks were in place already. */
    private int fill(PartialLoad partial, OpenFile file, String name, Progress progress) throws IOException {
        FileRecord record = file.record();
        int count = record.chunkCount();
        ChunkSums sums = new ChunkSums(record);
        List<Integer> noted = partial.noted(count);
        transferResources.forEachChunk(noted.size(), (place, cancelled) -> {
            TransferResources.stopIf(cancelled);
            int number = noted.get(place - 1);
            verified(partial, record, number).ifPresent(found -> sums.set(number, found));
        });
        int resumed = tell(noted, sums, record, progress);
        transferResources.forEachChunk(count, (number, cancelled) -> {
            if (!sums.has(number)) {
                ContentSums sum = loadChunk(partial.channel(), file, number, progress, cancelled);
                sums.set(number, sum);
                partial.placed(number, sum);
            }
        });
        FileChecksum.require(record, name, sums.whole());
        return resumed;
    }

    private Optional<ContentSums> verified(PartialLoad partial, FileRecord record, int number) throws IOException {
        ByteBuffer buffer = transferResources.buffers.take(BUFFER_LIMIT);
        try {
            return partial.verified(record, number, buffer);
        } finally {
            transferResources.buffers.giveBack(buffer);
        }
    }

    private static int tell(List<Integer> noted, ChunkSums sums, FileRecord record, Progress progress) {
        int chunks = 0;
        long bytes = 0;
        for (int number : noted) {
            if (sums.has(number)) {
                chunks++;
                bytes += record.chunkLength(number);
            }
        }
        if (chunks > 0) {
            progress.resumed(chunks, record.chunkCount(), bytes);
        }
        return chunks;
    }

    private static void move(
            Path temporary, Path target, FileRecord record, @Nullable Attributes kept, Progress progress)
            throws IOException {
        if (kept != null) {
            ExtendedAttributes.set(temporary, kept);
        }
        Files.setLastModifiedTime(temporary, FileTime.from(FileTimes.settable(record.modified())));
        if (kept != null) {
            setMode(temporary, record.mode()); // last: without the right to read, no time can be set
        }
        progress.placing();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whoever may not read the file must not read it while it arrives. */
    private static void hide(Path temporary, @Nullable Attributes kept) throws IOException {
        if (kept != null) {
            setMode(temporary, OWNER_ONLY);
        }
    }

    /** On a file system without permissions there is nothing to give back. */
    private static void setMode(Path file, int mode) throws IOException {
        try {
            Files.setAttribute(file, "unix:mode", mode & PERMISSIONS);
        } catch (UnsupportedOperationException | IllegalArgumentException ignored) {
            // As above.
        }
    }

    private ContentSums loadChunk(
            FileChannel channel, OpenFile file, int number, Progress progress, AtomicBoolean cancelled)
            throws IOException {
        long start = file.record().chunkSize().offsetOf(number);
        ByteBuffer buffer = transferResources.buffers.take(BUFFER_LIMIT);
        try (ChunkStream stream = ChunkStream.restartable(transferResources, file, number, progress)) {
            while (stream.next(buffer)) {
                TransferResources.stopIf(cancelled);
                for (long at = start + stream.position() - buffer.remaining(); buffer.hasRemaining(); ) {
                    at += channel.write(buffer, at);
                }
            }
            return stream.sums();
        } finally {
            transferResources.buffers.giveBack(buffer);
        }
    }

    private void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException ignored) {
            // The name shows that it is a temporary file.
        }
        unfinished.remove(temporary);
    }

    /** Removes the temporary files of loads in progress that cannot be resumed. */
    @Override
    public void close() {
        unfinished.forEach(this::discard);
    }
}
