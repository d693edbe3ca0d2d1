package io.trivet.client;

import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Saves a local file, several chunks at a time, each read from its place in the source. If the
 * source changes during the save, the save fails.
 *
 * <p>A save that is interrupted, by kill -9 or because the cluster cannot be reached, leaves a
 * local journal and an open save in the namespace. The next save of the same source and target
 * continues with the same id if the source still has the same bytes, and sends only chunks that no
 * node has.
 */
final class FileSaver {
    /** Shorter files are saved again faster than they are resumed. */
    private static final int RESUMABLE_CHUNKS = 3;

    private final TransferResources transferResources;
    private final Session session;
    private final FileIds ids;
    private final SaveJournals journals;

    FileSaver(TransferResources transferResources, Session session, FileIds ids, SaveJournals journals) {
        this.transferResources = transferResources;
        this.session = session;
        this.ids = ids;
        this.journals = journals;
    }

    /**
     * If the session ends during the save, because this client was stopped for longer than the
     * leader waits, saves once more with new ids.
     */
    SaveSummary save(Path path, SaveTarget target, Preserve preserve, Progress progress) {
        long begin = System.nanoTime();
        try {
            return save(path, target, preserve, progress, begin);
        } catch (TrivetException e) {
            boolean ended = e.kind() == Refusal.Kind.SESSION_ENDED || e.kind() == Refusal.Kind.NOT_OPEN;
            if (!ended || !target.conditions().isEmpty()) {
                throw e;
            }
            return save(path, target, preserve, progress, begin);
        }
    }

    private SaveSummary save(Path path, SaveTarget target, Preserve preserve, Progress progress, long begin) {
        try (SourceFile source = SourceFile.open(path, preserve)) {
            progress.started(source.size());
            if (source.size() == 0) {
                source.requireUnchanged();
                FileRecord record = target.createEmpty(session, source.attributes());
                return new SaveSummary(record, Duration.ofNanos(System.nanoTime() - begin));
            }
            Optional<SaveJournal> journal = isResumable(source)
                    ? journals.open(transferResources.view().cluster(), path, target.path())
                    : Optional.empty();
            if (journal.isEmpty()) {
                try (SaveInProgress save = open(ids.take(source.size()), target, progress)) {
                    return finish(source, save, Map.of(), null, begin);
                }
            }
            try (SaveJournal kept = journal.get()) {
                progress.resumable();
                Optional<SaveSummary> resumed = goOn(source, target, kept, progress, begin);
                return resumed.isPresent() ? resumed.get() : anew(source, target, kept, progress, begin);
            }
        } catch (IOException e) {
            throw LocalFiles.refusal(path, e);
        }
    }

    private boolean isResumable(SourceFile source) {
        return transferResources.view().chunkSize().chunksOf(source.size()) >= RESUMABLE_CHUNKS;
    }

    private SaveInProgress open(FileIds.Reserved id, SaveTarget target, Progress progress) {
        return new SaveInProgress(transferResources, session, target, id, progress);
    }

    private SaveSummary anew(SourceFile source, SaveTarget target, SaveJournal journal, Progress progress, long begin)
            throws IOException {
        long key = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        FileIds.Reserved id = ids.takeResumable(source.size(), key);
        journal.begin(source.before(), id.file(), key);
        try (SaveInProgress save = open(id, target, progress)) {
            return interruptible(save, journal, () -> finish(source, save, Map.of(), journal, begin));
        }
    }

    /**
     * Resumes an interrupted save. Empty if there is none or the source has changed; then the save
     * begins again with another id (rule 1).
     */
    private Optional<SaveSummary> goOn(
            SourceFile source, SaveTarget target, SaveJournal journal, Progress progress, long begin)
            throws IOException {
        Optional<SaveJournal.Past> past = journal.past(source.before());
        Optional<FileIds.Reserved> id = past.flatMap(ids::adopt);
        if (past.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        try (SaveInProgress save = open(id.get(), target, progress)) {
            return interruptible(save, journal, () -> {
                int count = save.chunkSize().chunksOf(source.size());
                Optional<Map<Integer, ResumePlan.There>> there =
                        new ResumePlan(transferResources, save, past.get().checksums(), count).compare(source);
                if (there.isEmpty()) {
                    return Optional.empty();
                }
                progress.resumed(there.get().size(), count, bytesOf(there.get(), save, source));
                return Optional.of(finish(source, save, there.get(), journal, begin));
            });
        }
    }

    private static long bytesOf(Map<Integer, ResumePlan.There> there, SaveInProgress save, SourceFile source) {
        return there.keySet().stream()
                .mapToLong(number -> save.chunkSize().lengthOf(number, source.size()))
                .sum();
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** If a retry can help, leaves the save open for it; otherwise abandons it. */
    private <T> T interruptible(SaveInProgress save, SaveJournal journal, Work<T> work) throws IOException {
        boolean failed = true;
        boolean left = false;
        session.hold();
        try {
            T done = work.run();
            failed = false;
            return done;
        } catch (TrivetException e) {
            if (e.kind().retryable() || e.kind() == Refusal.Kind.OUTCOME_UNKNOWN) {
                failed = false;
                left = true;
                save.leaveOpen();
            }
            throw e;
        } finally {
            if (failed) {
                journal.delete();
            }
            if (!left) {
                session.release();
            }
        }
    }

    private SaveSummary finish(
            SourceFile source,
            SaveInProgress save,
            Map<Integer, ResumePlan.There> there,
            @Nullable SaveJournal journal,
            long begin)
            throws IOException {
        int count = save.chunkSize().chunksOf(source.size());
        transferResources.forEachChunk(count, (number, cancelled) -> {
            TransferResources.stopIf(cancelled);
            long start = save.chunkSize().offsetOf(number);
            ContentSums sums = save.store(
                    number,
                    save.chunkSize().lengthOf(number, source.size()),
                    number == count,
                    there.get(number),
                    (offset, buffer) -> {
                        TransferResources.stopIf(cancelled);
                        source.read(start + offset, buffer);
                    });
            if (journal != null) {
                journal.stored(number, sums);
            }
        });
        source.requireUnchanged();
        FileRecord record = save.commit(source.attributes());
        if (journal != null) {
            journal.delete();
        }
        return new SaveSummary(
                record, save.replicas(), save.nodes(), Duration.ofNanos(System.nanoTime() - begin), there.size());
    }
}
