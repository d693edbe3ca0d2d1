package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes of names and contents, with conditions or without. Any thread. */
final class Changes implements ConditionalChanges {
    /** A stream of unknown length begins with so little memory: most streams are short. */
    private static final long UNKNOWN = 1 << 20;

    /** As all links have it: it limits nobody. */
    private static final int LINK_MODE = 0777;

    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final Session session;
    private final FileIds ids;
    private final SaveJournals journals;
    private final List<Condition> conditions;

    /** Without conditions. */
    Changes(
            TransferResources transferResources,
            LeaderCalls leader,
            Session session,
            FileIds ids,
            SaveJournals journals) {
        this(transferResources, leader, session, ids, journals, List.of());
    }

    private Changes(
            TransferResources transferResources,
            LeaderCalls leader,
            Session session,
            FileIds ids,
            SaveJournals journals,
            List<Condition> conditions) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.session = session;
        this.ids = ids;
        this.journals = journals;
        this.conditions = conditions;
    }

    Changes onlyIf(List<Condition> those) {
        return new Changes(transferResources, leader, session, ids, journals, those);
    }

    @Override
    public SaveSummary save(Path source, RemotePath target, Preserve preserve, Progress progress) {
        SaveTarget to = checked(target);
        if (SourceFile.isStream(source)) {
            if (preserve == Preserve.ALL) {
                throw TrivetException.of(
                        Refusal.Kind.BAD_REQUEST, source.toString(), "it is no regular file: save it without -p");
            }
            return saveStream(source, target, progress);
        }
        return new FileSaver(transferResources, session, ids, journals).save(source, to, preserve, progress);
    }

    @Override
    public SaveSummary save(Path source, RemotePath target, MetadataChange metadata, Progress progress) {
        SaveTarget to = new SaveTarget(checked(target).path(), conditions, metadata);
        return new FileSaver(transferResources, session, ids, journals).save(source, to, Preserve.USUAL, progress);
    }

    /** Conditions are those of each file. */
    void saveAll(List<FileToSave> files, FileToSave.Listener listener) {
        FileSaver saver = new FileSaver(transferResources, session, ids, journals);
        new ManySaves(transferResources, leader, session, ids, this, saver).save(files, listener);
    }

    private SaveSummary saveStream(Path source, RemotePath target, Progress progress) {
        try (InputStream stream = Files.newInputStream(source)) {
            return save(stream, target, progress);
        } catch (IOException e) {
            throw LocalFiles.refusal(source, e);
        }
    }

    @Override
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException {
        try (RemoteOutput output = create(target, progress)) {
            try {
                source.transferTo(output);
                return output.commit();
            } finally {
                output.abort(); // if it was not committed
            }
        }
    }

    @Override
    public RemoteOutput create(RemotePath path) {
        return create(path, Progress.NONE);
    }

    @Override
    public RemoteOutput create(RemotePath path, ChunkSize chunkSize) {
        SaveTarget to = checked(path);
        Command.Reserve.notChosen(chunkSize, transferResources.view().chunkSize())
                .ifPresent(problem -> {
                    throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", problem);
                });
        return new StreamSaver(
                transferResources, session, () -> ids.take(chunkSize), chunkSize, to, UNKNOWN, Progress.NONE);
    }

    private RemoteOutput create(RemotePath path, Progress progress) {
        return create(path, UNKNOWN, progress);
    }

    @Override
    public RemoteOutput create(RemotePath path, long expectedBytes) {
        return create(path, expectedBytes, Progress.NONE);
    }

    /** {@code expectedBytes}: about how much is written; memory grows beyond it when needed. */
    private RemoteOutput create(RemotePath path, long expectedBytes, Progress progress) {
        SaveTarget to = checked(path);
        ChunkSize chunkSize = transferResources.view().chunkSize();
        return new StreamSaver(transferResources, session, () -> ids.take(-1), chunkSize, to, expectedBytes, progress);
    }

    @Override
    public FileRecord createEmpty(RemotePath path, MetadataChange metadata) {
        return create(path, metadata, SaveInProgress.Metadata.DEFAULT_MODE, "");
    }

    @Override
    public FileRecord createLink(RemotePath path, String target, MetadataChange metadata) {
        int bytes = target.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > FileRecord.MAX_LINK_BYTES || target.indexOf('\0') >= 0) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_NAME,
                    path.toString(),
                    "the target of a link has 1 to " + FileRecord.MAX_LINK_BYTES + " bytes, none of them zero");
        }
        return create(path, metadata, LINK_MODE, target);
    }

    private FileRecord create(RemotePath path, MetadataChange metadata, int usualMode, String linkTarget) {
        metadata.requireNoOwner();
        Instant modified = metadata.modified();
        Integer mode = metadata.mode();
        Attributes attributes = metadata.attributes();
        SaveInProgress.Metadata all = new SaveInProgress.Metadata(
                modified == null ? Instant.now() : modified,
                "",
                mode == null ? usualMode : mode,
                attributes == null ? Attributes.NONE : attributes);
        return new SaveTarget(path, conditions).create(session, all, linkTarget);
    }

    /** @param directory for the temporary file; null for the system's */
    FileEdit edit(RemotePath path, ReadWindows windows, @Nullable Path directory) throws IOException {
        OpenFile file = OpenFile.at(leader, path);
        return new FileEditor(transferResources, session, ids, windows, file, checked(path), directory);
    }

    private SaveTarget checked(RemotePath target) {
        if (target.isRoot()) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, "/", "name a file in it");
        }
        conditions.forEach(this::look);
        return new SaveTarget(target, conditions);
    }

    /**
     * Checks a condition early, to save the transfer if it fails now; what counts is the check at
     * the commit.
     */
    private void look(Condition condition) {
        if (!condition.holds(entryAt(condition.path()))) {
            throw TrivetException.of(
                    Refusal.Kind.CONDITION_FAILED,
                    condition.path().toString(),
                    condition.content() == null ? "something has the name" : "it is not the content that was expected");
        }
    }

    private Optional<NameEntry> entryAt(RemotePath path) {
        try {
            return Optional.of(((QueryResult.Found) leader.ask(new Query.Lookup(path))).nameEntry());
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void setMetadata(RemotePath path, MetadataChange change) {
        if (change.owner() == null) {
            try {
                session.submit(
                        new Command.SetMetadata(path, change.mode(), change.modified(), change.attributes()),
                        conditions);
                return;
            } catch (TrivetException e) {
                // Masters of earlier releases know the change of a file, so only this one is different.
                if (e.kind() != Refusal.Kind.IS_A_DIRECTORY) {
                    throw e;
                }
            }
        }
        session.submit(
                new Command.SetMetadata(
                        path, change.mode(), change.modified(), change.attributes(), change.owner(), true),
                conditions);
    }

    @Override
    public FileRecord copy(RemotePath from, RemotePath to, MetadataChange change) {
        change.requireNoOwner();
        Command.Copy copy = new Command.Copy(from, to, "", change.modified(), change.mode(), change.attributes());
        return ((Outcome.Committed) session.submit(copy, conditions)).record();
    }

    @Override
    public void makeDirectory(RemotePath path, MetadataChange metadata) {
        metadata.requireNoOwner();
        if (metadata.attributes() != null) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "directories have no attributes");
        }
        Integer mode = metadata.mode();
        session.submit(
                new Command.MakeDirectory(
                        path, "", mode == null ? NameEntry.Directory.DEFAULT_MODE : mode, metadata.modified()),
                conditions);
    }

    /**
     * Asks for the replacement of a directory only where there is one: masters of earlier releases
     * know all other renames.
     */
    @Override
    public void rename(RemotePath from, RemotePath to) {
        try {
            session.submit(new Command.Rename(from, to), conditions);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.ALREADY_EXISTS || to.isRoot()) {
                throw e;
            }
            session.submit(new Command.Rename(from, to, true, true), conditions);
        }
    }

    @Override
    public void remove(RemotePath path, boolean recursive, boolean now) {
        session.submit(new Command.Remove(path, recursive, now), conditions);
    }
}
