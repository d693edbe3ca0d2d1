package io.trivet.namespace;

import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.StampRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.namespace.Store.Pair;
import java.time.Instant;
import java.util.List;

/**
 * What was removed from the tree. A removed file leaves its id with the time of its removal, from
 * which its grace counts (rule 5). A directory removed recursively is detached in one step and
 * dissolved later, in bounded steps; its content counts as removed from the detachment on.
 *
 * <pre>
 *   in the tree --detach--> X row, names below it
 *               --dissolve--> files: Z rows, directories: X rows, with the time of the first X row
 * </pre>
 */
final class RemovedFiles {
    /** How many detached directories are read at once; their rows contain paths. */
    private static final int WAVE = 16;

    /**
     * The most bytes for a name in addition to the path of its directory: its row, its own name,
     * its record.
     */
    private static final int ROW_BYTES = 512;

    private final Transaction rows;
    private final SpaceUsage spaceUsage;
    private final SharedContents sharedContents;

    /** For reading. */
    RemovedFiles(Transaction rows) {
        this(rows, new SpaceUsage(rows));
    }

    RemovedFiles(Transaction rows, SpaceUsage spaceUsage) {
        this.rows = rows;
        this.spaceUsage = spaceUsage;
        this.sharedContents = new SharedContents(rows);
    }

    /**
     * Marks a file as removed: it is neither in the tree nor in the trash any more. The caller
     * deletes its name. A content that other files share stays; it is marked with the last of them,
     * at the time of this entry, since another one of them may have been read until now. So are the
     * contents of a changed file.
     */
    void stamp(FileRecord file, Instant since) {
        rows.remove(RowKeys.fileLocation(file.id()));
        spaceUsage.own(file, -1);
        if (file.contents().stream().noneMatch(sharedContents::isShared)) {
            rows.put(RowKeys.removed(file.id()), row(since));
            return;
        }
        rows.remove(RowKeys.attributes(file.id()));
        for (FileId content : file.contents()) {
            sharedContents.leave(content, file.id());
            if (!sharedContents.isShared(content)) {
                rows.put(RowKeys.removed(content), row(new Settings(rows).time()));
            }
        }
    }

    /**
     * Ends the grace of a file that was removed before this time. An id of this epoch needs no row
     * to be dead: it was issued and nothing names it. An id of an earlier epoch keeps a row;
     * without it, the id would be unknown and its chunks kept for ever.
     */
    void forget(FileId file, Instant before, int epoch) {
        StampRow removed = rows.get(RowKeys.removed(file), StampRow.parser());
        if (removed == null || removed.getSinceMs() >= before.toEpochMilli()) {
            return;
        }
        rows.remove(RowKeys.removed(file));
        rows.remove(RowKeys.attributes(file));
        if (file.epoch() != epoch) {
            rows.put(RowKeys.outlived(file), new byte[0]);
        }
    }

    /**
     * Files removed before this time, in the order of ids from {@code from} on; looks at {@code
     * limit} rows.
     */
    RemovedPage removedBefore(Instant before, FileId from, int limit) {
        List<Pair> page = rows.range(RowKeys.removed().startingAt(RowKeys.removed(from)), limit + 1);
        List<FileId> due = page.stream()
                .limit(limit)
                .filter(row -> Transaction.parse(row, StampRow.parser()).getSinceMs() < before.toEpochMilli())
                .map(row -> RowKeys.fileOf(row.key()))
                .toList();
        return new RemovedPage(
                due, page.size() > limit ? RowKeys.fileOf(page.get(limit).key()) : null);
    }

    /**
     * Cuts a directory off from the tree, with everything in it. The caller deletes its name.
     *
     * @param trashPath its former path if its files go into the trash; else empty
     */
    void detach(long directory, Instant since, String trashPath) {
        rows.remove(RowKeys.directoryLocation(directory));
        rows.put(
                RowKeys.detached(directory),
                row(since).toBuilder().setTrashPath(trashPath).build());
    }

    boolean hasDetached() {
        return !rows.range(RowKeys.detached(), 1).isEmpty();
    }

    /**
     * Takes at most {@code limit} names and emptied directories out of what was detached, and
     * writes about {@code bytes} bytes of rows at most; 0 for no limit.
     */
    void dissolve(int limit, long bytes) {
        Budget left = new Budget(limit, bytes);
        while (left.names > 0) {
            List<Pair> next = rows.range(RowKeys.detached(), left.limited ? Math.min(left.names, WAVE) : left.names);
            if (next.isEmpty()) {
                return;
            }
            for (int i = 0; i < next.size() && left.names > 0; i++) {
                dissolve(next.get(i), left);
            }
        }
    }

    /** What one command may still do. */
    private static final class Budget {
        final boolean limited;
        private int names;
        private long bytes;

        Budget(int names, long bytes) {
            this.names = names;
            this.limited = bytes > 0;
            this.bytes = bytes;
        }

        /** How many names may still be handled, if each writes rows of this length. */
        int namesOf(int rowBytes) {
            return limited ? Math.clamp(bytes / rowBytes, 1, names) : names;
        }

        void spend(int some, int rowBytes) {
            names -= some;
            bytes -= (long) some * rowBytes;
            if (limited && bytes <= 0) {
                names = 0;
            }
        }
    }

    private void dissolve(Pair detached, Budget left) {
        long directory = RowKeys.directoryOf(detached.key());
        StampRow stamp = Transaction.parse(detached, StampRow.parser());
        int rowBytes = ROW_BYTES + detached.value().length;
        int limit = left.namesOf(rowBytes);
        List<Pair> names = rows.range(RowKeys.names(directory), limit);
        int taken = 0;
        int contents = 0;
        for (Pair name : names) {
            contents += takeOut(name, directory, stamp, left.limited);
            taken++;
            if (left.limited && contents > 0 && (long) taken * rowBytes + (long) contents * ROW_BYTES >= left.bytes) {
                break;
            }
        }
        left.bytes -= (long) contents * ROW_BYTES;
        if (taken < names.size() || names.size() == limit) {
            left.spend(taken, rowBytes);
            return;
        }
        rows.remove(detached.key());
        spaceUsage.forget(directory);
        left.spend(names.size() + 1, rowBytes);
    }

    /**
     * Returns how many contents a removed file shared beyond the first, each of which cost rows: a
     * changed file has up to {@link FileRecord#MAX_EXTENTS}.
     */
    private int takeOut(Pair name, long directory, StampRow stamp, boolean fitted) {
        DirectoryEntry directoryEntry = new DirectoryEntry(
                new EntryKey(directory, RowKeys.nameOf(name.key())), Transaction.parse(name, NameRow.parser()));
        Instant since = Instant.ofEpochMilli(stamp.getSinceMs());
        String above = stamp.getTrashPath();
        String own = directoryEntry.entryKey().name().toStringUtf8();
        boolean kept = !above.isEmpty();
        String path = kept ? below(above, own, fitted) : "";
        rows.remove(name.key());
        if (directoryEntry.isDirectory()) {
            detach(directoryEntry.directory(), since, path);
            return 0;
        }
        if (kept) {
            new TrashRows(rows, spaceUsage).put(directoryEntry.record(), path, since);
            return 0;
        }
        stamp(directoryEntry.record(), since);
        return directoryEntry.record().isChanged()
                ? directoryEntry.record().contents().size() - 1
                : 0;
    }

    private static String below(String directory, String name, boolean fitted) {
        return fitted ? TrashRows.fittedBelow(directory, name) : TrashRows.below(directory, name);
    }

    private static StampRow row(Instant since) {
        return StampRow.newBuilder().setSinceMs(since.toEpochMilli()).build();
    }
}
