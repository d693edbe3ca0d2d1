package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Saves any number of files: small ones together, in batches, and others one by one. Any thread. */
final class ManySaves {
    /** Longer files are sent alone: four of these fill a request. */
    static final int SMALL_BYTES = 128 << 10;

    /** Of the files of one batch. */
    static final int BATCH_BYTES = 4 << 20;

    /** Of the paths of one batch, which are in the headers of requests. */
    static final int PATH_BYTES = 128 << 10;

    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final Session session;
    private final FileIds ids;
    private final Changes changes;
    private final FileSaver saver;

    ManySaves(
            TransferResources transferResources,
            LeaderCalls leader,
            Session session,
            FileIds ids,
            Changes changes,
            FileSaver saver) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.session = session;
        this.ids = ids;
        this.changes = changes;
        this.saver = saver;
    }

    private record Small(FileToSave file, int length) {}

    /** Returns when each file is saved or has failed, and the listener was told. */
    void save(List<FileToSave> files, FileToSave.Listener listener) {
        if (!leader.takesBatches()) {
            transferResources.each(files.stream()
                    .<Runnable>map(file -> () -> alone(file, listener))
                    .toList());
            return;
        }
        List<Runnable> work = new ArrayList<>();
        List<Small> batch = new ArrayList<>();
        long bytes = 0;
        long paths = 0;
        for (FileToSave file : files) {
            OptionalInt length = smallLength(file);
            if (length.isEmpty()) {
                work.add(() -> alone(file, listener));
                continue;
            }
            if (batch.size() == Request.MAX_TOGETHER
                    || bytes + length.getAsInt() > BATCH_BYTES
                    || paths + file.target().length() > PATH_BYTES) {
                List<Small> full = batch;
                work.add(() -> together(full, listener));
                batch = new ArrayList<>();
                bytes = 0;
                paths = 0;
            }
            batch.add(new Small(file, length.getAsInt()));
            bytes += length.getAsInt();
            paths += file.target().length();
        }
        if (!batch.isEmpty()) {
            List<Small> last = batch;
            work.add(() -> together(last, listener));
        }
        transferResources.each(work);
    }

    /** The length of a regular file that is small; empty for anything else, also what is no file. */
    private OptionalInt smallLength(FileToSave file) {
        ChunkSize chunkSize = transferResources.view().chunkSize();
        try {
            BasicFileAttributes attributes = Files.readAttributes(file.source(), BasicFileAttributes.class);
            boolean small = attributes.isRegularFile()
                    && !file.target().isRoot()
                    && attributes.size() <= Math.min(SMALL_BYTES, chunkSize.bytes())
                    && (attributes.size() > 0 || !SourceFile.isStream(file.source()));
            return small ? OptionalInt.of((int) attributes.size()) : OptionalInt.empty();
        } catch (IOException | TrivetException ignored) {
            return OptionalInt.empty(); // what is wrong is told when it is saved alone
        }
    }

    private void alone(FileToSave file, FileToSave.Listener listener) {
        if (!listener.goesOn()) {
            return;
        }
        SaveSummary summary;
        try {
            summary = changes.onlyIf(file.conditions())
                    .save(file.source(), file.target(), file.preserve(), file.progress());
        } catch (RuntimeException e) {
            listener.failed(file, e);
            return;
        }
        listener.saved(file, summary);
    }

    private void together(List<Small> batch, FileToSave.Listener listener) {
        if (!listener.goesOn()) {
            return;
        }
        int chunks = (int) batch.stream().filter(small -> small.length() > 0).count();
        List<FileIds.Reserved> reserved;
        try {
            reserved = chunks == 0 ? List.of() : ids.takeMany(chunks);
        } catch (TrivetException e) {
            batch.forEach(small -> listener.failed(small.file(), e));
            return;
        }
        List<SmallSave> saves = new ArrayList<>();
        for (Small small : batch) {
            saves.add(
                    small.length() == 0
                            ? new SmallSave(small.file())
                            : new SmallSave(
                                    transferResources,
                                    session,
                                    small.file(),
                                    small.length(),
                                    reserved.get(reserved.size() - chunks--)));
        }
        new SaveBatch(transferResources, leader, session, saver, saves, listener).run();
    }
}
