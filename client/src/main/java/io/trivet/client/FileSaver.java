package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;

/** Saves a local file: several chunks at a time, each read where it lies. A source that changes meanwhile is an error, not a mixture. */
final class FileSaver {
    private static final int PERMISSION_BITS = 07777;

    private final Transfers transfers;
    private final Session session;
    private final FileIds ids;
    private final int parallelism;

    FileSaver(Transfers transfers, Session session, FileIds ids, int parallelism) {
        this.transfers = transfers;
        this.session = session;
        this.ids = ids;
        this.parallelism = parallelism;
    }

    SaveSummary save(Path source, RemotePath target, Progress progress) {
        long begin = System.nanoTime();
        try (FileChannel channel = FileChannel.open(source, StandardOpenOption.READ)) {
            BasicFileAttributes before = attributes(source);
            if (before.isDirectory()) {
                throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, source.toString(), "save it with -r");
            }
            progress.started(before.size());
            try (OpenSave save = new OpenSave(transfers, session, ids, target, before.size(), progress)) {
                store(channel, before.size(), source, save);
                checkUnchanged(source, channel, before);
                FileRecord record = save.commit(
                        new OpenSave.Attributes(before.lastModifiedTime().toInstant(), owner(source), mode(source)));
                return new SaveSummary(
                        record, save.replicas(), save.nodes(), Duration.ofNanos(System.nanoTime() - begin));
            }
        } catch (IOException e) {
            throw LocalFiles.refusal(source, e);
        }
    }

    private void store(FileChannel channel, long size, Path source, OpenSave save) throws IOException {
        int count = save.chunkSize().chunksOf(size);
        try {
            transfers.forEachChunk(count, parallelism, (number, cancelled) -> {
                long start = save.chunkSize().offsetOf(number);
                save.store(number, save.chunkSize().lengthOf(number, size), number == count, (offset, buffer) -> {
                    Transfers.stopIf(cancelled);
                    readFully(channel, start + offset, buffer, source);
                });
            });
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readFully(FileChannel channel, long position, ByteBuffer buffer, Path source)
            throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw changed(source, "it became shorter: nothing was saved");
            }
            at += read;
        }
    }

    private static void checkUnchanged(Path source, FileChannel channel, BasicFileAttributes before)
            throws IOException {
        BasicFileAttributes after = attributes(source);
        if (after.size() != before.size() || channel.size() != before.size()) {
            throw changed(
                    source, "it had " + before.size() + " bytes and has " + channel.size() + " now: nothing was saved");
        }
        if (!after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw changed(source, "it was written to: nothing was saved");
        }
    }

    private static TrivetException changed(Path source, String detail) {
        return TrivetException.of(Refusal.Kind.SOURCE_CHANGED, source.toString(), detail);
    }

    private static BasicFileAttributes attributes(Path source) throws IOException {
        return Files.readAttributes(source, BasicFileAttributes.class);
    }

    private static String owner(Path source) {
        try {
            String owner = Files.getOwner(source).getName();
            return owner.length() > FileRecord.MAX_OWNER ? "" : owner;
        } catch (IOException | UnsupportedOperationException _) {
            return OpenSave.Attributes.userName();
        }
    }

    private static int mode(Path source) {
        try {
            return Files.getAttribute(source, "unix:mode") instanceof Integer mode
                    ? mode & PERMISSION_BITS
                    : OpenSave.Attributes.DEFAULT_MODE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            return OpenSave.Attributes.DEFAULT_MODE;
        }
    }
}
