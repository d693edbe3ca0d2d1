package io.trivet.namespace;

import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.StampRow;
import io.trivet.model.FileId;
import io.trivet.namespace.Store.Pair;
import java.time.Instant;
import java.util.List;

/**
 * What is gone from the tree. A removed file leaves its id with the time of its removal, from which sweeping waits (rule 5). A directory that is
 * removed with all that is in it is cut off in one step and taken apart later, in steps of bounded size; what was in it counts as removed from the
 * moment it was cut off.
 *
 * <pre>
 *   in the tree --detach--> X row, names below it --dissolve--> files: Z rows with the time of X; directories: X rows with the time of X
 * </pre>
 */
final class Removals {
    private final Transaction rows;

    Removals(Transaction rows) {
        this.rows = rows;
    }

    /** A file has no name any more. Its name's row is the caller's. */
    void stamp(FileId file, Instant since) {
        rows.remove(Keys.fileLocation(file));
        rows.put(Keys.removed(file), row(since));
    }

    /**
     * The grace of a file that was removed before this time is over. An id of this epoch needs no row to be dead: it was issued, nothing names it. One of
     * an earlier epoch keeps a row, without which it would be unknown and its chunks would be kept for ever.
     */
    void forget(FileId file, Instant before, int epoch) {
        StampRow removed = rows.get(Keys.removed(file), StampRow.parser());
        if (removed == null || removed.getSinceMs() >= before.toEpochMilli()) {
            return;
        }
        rows.remove(Keys.removed(file));
        if (file.epoch() != epoch) {
            rows.put(Keys.outlived(file), new byte[0]);
        }
    }

    /** Files removed before this time, in the order of ids from {@code from} on; {@code limit} rows are looked at. */
    RemovedPage removedBefore(Instant before, FileId from, int limit) {
        List<Pair> page = rows.range(Keys.removed().startingAt(Keys.removed(from)), limit + 1);
        List<FileId> due = page.stream()
                .limit(limit)
                .filter(row -> Transaction.parse(row, StampRow.parser()).getSinceMs() < before.toEpochMilli())
                .map(row -> Keys.fileOf(row.key()))
                .toList();
        return new RemovedPage(
                due, page.size() > limit ? Keys.fileOf(page.get(limit).key()) : null);
    }

    /**
     * A directory has no name any more, and what is in it none either. Its name's row is the caller's.
     *
     * @param trashPath the path it had, where its files go into the trash; else empty
     */
    void detach(long directory, Instant since, String trashPath) {
        rows.remove(Keys.directoryLocation(directory));
        rows.put(
                Keys.detached(directory),
                row(since).toBuilder().setTrashPath(trashPath).build());
    }

    boolean hasDetached() {
        return !rows.range(Keys.detached(), 1).isEmpty();
    }

    /** Takes at most {@code limit} names and emptied directories out of what was detached. */
    void dissolve(int limit) {
        int left = limit;
        while (left > 0) {
            List<Pair> next = rows.range(Keys.detached(), left);
            if (next.isEmpty()) {
                return;
            }
            for (int i = 0; i < next.size() && left > 0; i++) {
                left -= dissolve(next.get(i), left);
            }
        }
    }

    private int dissolve(Pair detached, int limit) {
        long directory = Keys.directoryOf(detached.key());
        StampRow stamp = Transaction.parse(detached, StampRow.parser());
        List<Pair> names = rows.range(Keys.names(directory), limit);
        names.forEach(name -> takeOut(name, directory, stamp));
        if (names.size() == limit) {
            return limit;
        }
        rows.remove(detached.key());
        return names.size() + 1;
    }

    private void takeOut(Pair name, long directory, StampRow stamp) {
        Spot spot = new Spot(new Place(directory, Keys.nameOf(name.key())), Transaction.parse(name, NameRow.parser()));
        Instant since = Instant.ofEpochMilli(stamp.getSinceMs());
        boolean kept = !stamp.getTrashPath().isEmpty();
        String path =
                kept ? Trash.below(stamp.getTrashPath(), spot.place().name().toStringUtf8()) : "";
        rows.remove(name.key());
        if (spot.isDirectory()) {
            detach(spot.directory(), since, path);
        } else if (kept) {
            new Trash(rows).put(spot.record(), path, since);
        } else {
            stamp(spot.file(), since);
        }
    }

    private static StampRow row(Instant since) {
        return StampRow.newBuilder().setSinceMs(since.toEpochMilli()).build();
    }
}
