package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.DirectoryRecord;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes the tree of names. Every file and directory has one name, and a location row that leads
 * back to it. A directory's time of modification is that of the last change of its names. Refusals
 * are {@link TrivetException}s.
 */
final class DirectoryTree {
    /** The most names that one rename checks. */
    private static final int MAX_LOOKED = 10_000;

    private final Transaction rows;
    private final Instant now;
    private final PathResolver pathResolver;
    private final RemovedFiles removedFiles;
    private final TrashRows trashRows;
    private final SpaceUsage spaceUsage;
    private final SharedContents sharedContents;

    DirectoryTree(Transaction rows, Instant now, SpaceUsage spaceUsage) {
        this.rows = rows;
        this.now = now;
        this.pathResolver = new PathResolver(rows);
        this.removedFiles = new RemovedFiles(rows, spaceUsage);
        this.trashRows = new TrashRows(rows, spaceUsage);
        this.spaceUsage = spaceUsage;
        this.sharedContents = new SharedContents(rows);
    }

    void makeRoot() {
        if (rows.add(Counter.DIRECTORIES, 1) + 1 != EntryKey.ROOT_DIRECTORY) {
            throw new IllegalStateException("the root is the first directory");
        }
        rows.put(EntryKey.ROOT.key(), record(EntryKey.ROOT_DIRECTORY, ""));
    }

    void make(Command.MakeDirectory make) {
        if (!make.isPlain()) {
            new Settings(rows).raiseFormat(Settings.ENTRIES_FORMAT);
        }
        boolean there = pathResolver.lookUp(make.path()) != null;
        DirectoryEntry made = ensure(make.path().segments(), make.owner());
        if (!made.isDirectory()) {
            throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, make.path().toString(), "it is a file");
        }
        if (!there) {
            new DirectoryMetadata(rows).set(made, make.mode(), make.modified(), null);
        }
    }

    /** Throws {@code CONDITION_FAILED} if something else is at the path than the condition says. */
    void require(Condition condition, Command command) {
        RemotePath path = condition.path();
        if (!condition.isAbout(command)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, path.toString(), "a condition is about what the operation changes");
        }
        DirectoryEntry there = pathResolver.lookUp(path);
        if (!condition.holds(Optional.ofNullable(there).map(DirectoryEntry::entry))) {
            throw TrivetException.of(
                    Refusal.Kind.CONDITION_FAILED,
                    path.toString(),
                    there == null ? "nothing has the name" : "something else has the name by now");
        }
    }

    /** Puts a file under its name, with missing parents; the file it replaces is stamped. */
    void put(RemotePath path, FileRecord record) {
        requireNotRoot(path, Refusal.Kind.IS_A_DIRECTORY, "a file needs a name");
        int depth = path.segments().size() - 1;
        DirectoryEntry parent = ensure(path.segments().subList(0, depth));
        PathResolver.requireDirectory(parent, path.segments(), depth);
        EntryKey entryKey = EntryKey.of(parent.directory(), path.name());
        replace(pathResolver.at(entryKey), path);
        put(entryKey, NameRow.newBuilder().setFile(StateCodec.to(record)).build());
        spaceUsage.name(record, entryKey.parent(), 1);
        spaceUsage.own(record, 1);
        touch(parent);
    }

    /** Puts an empty file or a symbolic link under its name. */
    FileRecord create(Command.Create create) {
        Settings settings = new Settings(rows);
        settings.raiseFormat(Settings.ENTRIES_FORMAT);
        ChunkSize chunkSize = new ChunkSize(settings.row().getChunkSize());
        String target = create.linkTarget();
        FileId id = issue();
        FileRecord record = target.isEmpty()
                ? FileRecord.empty(id, chunkSize, create.modified(), create.owner(), create.mode())
                : FileRecord.link(id, target, chunkSize, create.modified(), create.owner(), create.mode());
        new FileMetadata(rows).put(id, create.attributes(), target);
        put(create.path(), record);
        return record;
    }

    /** A new id of a file that is not saved by a client. */
    private FileId issue() {
        return new FileId(new Settings(rows).row().getEpoch(), rows.add(Counter.FILES, 1) + 1);
    }

    /** Puts a copy of a file under its name; see {@link Command.Copy}. */
    FileRecord copy(Command.Copy copy) {
        DirectoryEntry source = pathResolver.find(copy.from());
        if (source.isDirectory()) {
            throw TrivetException.of(
                    Refusal.Kind.IS_A_DIRECTORY, copy.from().toString(), "only files are copied, one by one");
        }
        if (copy.from().equals(copy.to())) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, copy.from().toString(), "a file cannot be copied onto itself");
        }
        FileRecord from = source.record();
        FileId id = issue();
        Instant modified = copy.modified();
        Integer mode = copy.mode();
        FileRecord record = from.copiedAs(
                id, copy.owner(), modified == null ? from.modified() : modified, mode == null ? from.mode() : mode);
        if (record.chunkCount() > 0) {
            sharedContents.share(from, id);
        }
        new FileMetadata(rows).copy(from.id(), id, copy.attributes());
        put(copy.to(), record);
        return record;
    }

    /**
     * Puts a file under the name of one of which it has chunks; see {@link Command.ChangeFile}.
     *
     * @param chunkSize of the open save
     * @param first its slot
     */
    FileRecord change(Command.ChangeFile change, ChunkSize chunkSize, Slot first) {
        RemotePath path = change.path();
        DirectoryEntry there = pathResolver.find(path);
        if (there.isDirectory()) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "only files are changed");
        }
        FileRecord before = there.record();
        if (before.isLink()) {
            throw TrivetException.of(Refusal.Kind.IS_A_LINK, path.toString(), "links are not followed");
        }
        if (!before.id().equals(change.base())) {
            throw TrivetException.of(
                    Refusal.Kind.CONDITION_FAILED, path.toString(), "something else has the name by now");
        }
        FileRecord after = before.changed(
                change.file(),
                first,
                chunkSize,
                change.chunks(),
                change.size(),
                change.crc32c(),
                change.sha256(),
                change.modified());
        if (after.chunkCount() == 0) {
            new Settings(rows).raiseFormat(Settings.ENTRIES_FORMAT);
        }
        sharedContents.change(before, after, change.chunks());
        new FileMetadata(rows).copy(before.id(), after.id(), null);
        count(there, there.entryKey().parent(), -1);
        removedFiles.stamp(before, now);
        put(there.entryKey(), NameRow.newBuilder().setFile(StateCodec.to(after)).build());
        spaceUsage.name(after, there.entryKey().parent(), 1);
        spaceUsage.own(after, 1);
        return after;
    }

    /** Restores a file from the trash under a free name. */
    void restore(FileId file, RemotePath path) {
        requireNotRoot(path, Refusal.Kind.IS_A_DIRECTORY, "a file needs a name");
        int depth = path.segments().size() - 1;
        DirectoryEntry parent = ensure(path.segments().subList(0, depth));
        PathResolver.requireDirectory(parent, path.segments(), depth);
        EntryKey entryKey = EntryKey.of(parent.directory(), path.name());
        if (pathResolver.at(entryKey) != null) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    path.toString(),
                    "restore it under another name, or move this one away");
        }
        FileRecord record = trashRows.take(file);
        put(entryKey, NameRow.newBuilder().setFile(StateCodec.to(record)).build());
        spaceUsage.name(record, entryKey.parent(), 1);
        touch(parent);
    }

    void rename(Command.Rename rename) {
        RemotePath from = rename.from();
        RemotePath to = rename.to();
        requireNotRoot(from, Refusal.Kind.BAD_REQUEST, "the root cannot be renamed");
        DirectoryEntry source = pathResolver.find(from);
        if (from.equals(to)) {
            return;
        }
        requireNotRoot(to, Refusal.Kind.ALREADY_EXISTS, "it is the root");
        if (source.isDirectory() && to.startsWith(from)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, from.toString(), "a directory cannot be moved into itself: " + to);
        }
        DirectoryEntry parent = pathResolver.parentOf(to);
        EntryKey entryKey = EntryKey.of(parent.directory(), to.name());
        if (rename.bounded()) {
            requirePaths(PathLimits.of(source, from, to));
        }
        replace(source, pathResolver.at(entryKey), to, rename.overEmpty());
        count(source, source.entryKey().parent(), -1);
        count(source, entryKey.parent(), 1);
        rows.remove(source.entryKey().key());
        put(entryKey, source.row());
        touch(pathResolver.parentOf(from));
        touch(parent);
    }

    private void count(DirectoryEntry directoryEntry, long parent, int sign) {
        if (directoryEntry.isDirectory()) {
            spaceUsage.directory(directoryEntry.directory(), parent, sign);
        } else {
            spaceUsage.name(directoryEntry.record(), parent, sign);
        }
    }

    /**
     * Checks the first names of a large tree. The leader has checked all before ({@link
     * Namespace#requirePaths}); the limit keeps the entry short.
     */
    private void requirePaths(PathLimits pathLimits) {
        while (!pathLimits.isDone() && pathLimits.looked() < MAX_LOOKED) {
            pathLimits.step(rows);
        }
    }

    void remove(RemotePath path, boolean recursive, boolean pastTheTrash) {
        requireNotRoot(path, Refusal.Kind.BAD_REQUEST, "the root cannot be removed");
        DirectoryEntry directoryEntry = pathResolver.find(path);
        boolean kept = !pastTheTrash && trashRows.isKept();
        if (!directoryEntry.isDirectory()) {
            putAside(directoryEntry, path, kept);
        } else if (recursive && !pathResolver.isEmpty(directoryEntry)) {
            count(directoryEntry, directoryEntry.entryKey().parent(), -1);
            removedFiles.detach(directoryEntry.directory(), now, kept ? path.toString() : "");
        } else {
            requireEmpty(directoryEntry, path);
            takeOut(directoryEntry);
        }
        rows.remove(directoryEntry.entryKey().key());
        touch(pathResolver.parentOf(path));
    }

    private DirectoryEntry ensure(List<String> segments) {
        return ensure(segments, "");
    }

    /** The directory at a path. Makes it and its missing parents, for this owner. */
    private DirectoryEntry ensure(List<String> segments, String owner) {
        DirectoryEntry directoryEntry = pathResolver.root();
        List<DirectoryEntry> made = new ArrayList<>();
        for (int depth = 0; depth < segments.size(); depth++) {
            PathResolver.requireDirectory(directoryEntry, segments, depth);
            DirectoryEntry next = pathResolver.child(directoryEntry, segments.get(depth));
            if (next == null) {
                next = make(directoryEntry, segments.get(depth), owner);
                made.add(next);
            }
            directoryEntry = next;
        }
        if (!made.isEmpty()) {
            spaceUsage.chain(
                    made.getFirst().entryKey().parent(),
                    made.stream().map(DirectoryEntry::directory).toList());
        }
        return directoryEntry;
    }

    /** The caller counts it. */
    private DirectoryEntry make(DirectoryEntry parent, String name, String owner) {
        EntryKey entryKey = EntryKey.of(parent.directory(), name);
        NameRow row = record(rows.add(Counter.DIRECTORIES, 1) + 1, owner);
        DirectoryEntry made = new DirectoryEntry(entryKey, row);
        put(entryKey, row);
        touch(parent);
        return made;
    }

    /** Makes room for a file. */
    private void replace(@Nullable DirectoryEntry old, RemotePath path) {
        if (old == null) {
            return;
        }
        if (old.isDirectory()) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "a file cannot replace it");
        }
        putAside(old, path, trashRows.isKept());
    }

    private void putAside(DirectoryEntry file, RemotePath path, boolean kept) {
        count(file, file.entryKey().parent(), -1);
        if (kept) {
            trashRows.put(file.record(), path.toString(), now);
        } else {
            removedFiles.stamp(file.record(), now);
        }
    }

    /**
     * Makes room for a renamed file or directory: a file may replace a file, and a directory an
     * empty one if {@code overEmpty}.
     */
    private void replace(DirectoryEntry source, @Nullable DirectoryEntry old, RemotePath to, boolean overEmpty) {
        if (!source.isDirectory() || old == null) {
            replace(old, to);
            return;
        }
        if (!old.isDirectory() || !overEmpty) {
            throw TrivetException.of(
                    old.isDirectory() ? Refusal.Kind.ALREADY_EXISTS : Refusal.Kind.NOT_A_DIRECTORY,
                    to.toString(),
                    "a directory cannot replace it");
        }
        requireEmpty(old, to);
        takeOut(old);
    }

    private void requireEmpty(DirectoryEntry directory, RemotePath path) {
        if (!pathResolver.isEmpty(directory)) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_EMPTY, path.toString(), "remove what is in it first, or all of it");
        }
    }

    /** Takes an empty directory out of the tree; the caller deletes its name. */
    private void takeOut(DirectoryEntry directory) {
        count(directory, directory.entryKey().parent(), -1);
        rows.remove(RowKeys.directoryLocation(directory.directory()));
        spaceUsage.forget(directory.directory());
    }

    private void put(EntryKey entryKey, NameRow row) {
        DirectoryEntry directoryEntry = new DirectoryEntry(entryKey, row);
        rows.put(entryKey.key(), row);
        rows.put(
                directoryEntry.isDirectory()
                        ? RowKeys.directoryLocation(directoryEntry.directory())
                        : RowKeys.fileLocation(directoryEntry.file()),
                entryKey.row());
    }

    private void touch(DirectoryEntry directory) {
        DirectoryRecord.Builder record = directory.row().getDirectory().toBuilder()
                .setModifiedMs(now.toEpochMilli())
                .clearModifiedNanos();
        rows.put(
                directory.entryKey().key(),
                NameRow.newBuilder().setDirectory(record).build());
    }

    private NameRow record(long directory, String owner) {
        return NameRow.newBuilder()
                .setDirectory(DirectoryRecord.newBuilder()
                        .setId(directory)
                        .setModifiedMs(now.toEpochMilli())
                        .setOwner(owner))
                .build();
    }

    private static void requireNotRoot(RemotePath path, Refusal.Kind kind, String detail) {
        if (path.isRoot()) {
            throw TrivetException.of(kind, path.toString(), detail);
        }
    }
}
