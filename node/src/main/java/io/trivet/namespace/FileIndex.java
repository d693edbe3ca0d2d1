package io.trivet.namespace;

import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.message.StateMessages.StampRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.model.RemotePath;
import io.trivet.namespace.Store.Pair;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what names a file id (rule 3). A recorded file is alive if the directories above it lead to
 * the root. If they end in a detached directory, the file was removed with it, or goes into the
 * trash and is alive. The id of a content is alive as long as a file has that content.
 */
final class FileIndex {
    private final Transaction rows;
    /** Cache: since when a directory is detached; empty for directories below the root. */
    private final Map<Long, Optional<StampRow>> cutOff = new HashMap<>();

    FileIndex(Transaction rows) {
        this.rows = rows;
    }

    IdState stateOf(FileId file) {
        LocationRow location = rows.get(RowKeys.fileLocation(file), LocationRow.parser());
        Optional<StampRow> cutOff = location == null ? Optional.empty() : cutOffSince(location.getParent());
        if (location != null && cutOff.filter(stamp -> !isKept(stamp)).isEmpty()) {
            return new IdState.Alive();
        }
        if (new TrashRows(rows).names(file) || new SharedContents(rows).isShared(file)) {
            return new IdState.Alive();
        }
        if (cutOff.isPresent()) {
            return new IdState.Removed(Instant.ofEpochMilli(cutOff.get().getSinceMs()));
        }
        StampRow removed = rows.get(RowKeys.removed(file), StampRow.parser());
        if (removed != null) {
            return new IdState.Removed(Instant.ofEpochMilli(removed.getSinceMs()));
        }
        if (SaveReservation.of(rows, file) != null || rows.has(RowKeys.upload(file))) {
            return new IdState.Alive();
        }
        return issued(file) || rows.has(RowKeys.outlived(file)) ? new IdState.Dead() : new IdState.Unknown();
    }

    /** Files that have a name; looks at most at {@code limit} ids, from {@code from} on. */
    FilePage recorded(FileId from, int limit) {
        return recorded(from, limit, Optional::isEmpty);
    }

    /** Like {@link #recorded}, with files whose directory is on its way into the trash. */
    FilePage recordedOrKept(FileId from, int limit) {
        return recorded(from, limit, since -> since.isEmpty() || isKept(since.get()));
    }

    private static boolean isKept(StampRow stamp) {
        return !stamp.getTrashPath().isEmpty();
    }

    private FilePage recorded(FileId from, int limit, Predicate<Optional<StampRow>> counts) {
        List<Pair> locations = rows.range(RowKeys.fileLocations().startingAt(RowKeys.fileLocation(from)), limit + 1);
        List<EntryKey> places = locations.stream()
                .limit(limit)
                .map(row -> EntryKey.of(Transaction.parse(row, LocationRow.parser())))
                .filter(entryKey -> counts.test(cutOffSince(entryKey.parent())))
                .toList();
        @Nullable
        FileId next =
                locations.size() > limit ? RowKeys.fileOf(locations.get(limit).key()) : null;
        return new FilePage(recordsAt(places), next);
    }

    /**
     * Its path, read from the file up to the root ({@link RemotePath#fitted}); empty if no record
     * names it, or only one below a detached directory.
     */
    Optional<RemotePath> nameOf(FileId file) {
        return segmentsOf(file).map(RemotePath::fitted);
    }

    /**
     * Like {@link #nameOf}; for a file below a directory on its way into the trash, its former
     * path.
     */
    Optional<RemotePath> nameOrKeptPath(FileId file) {
        return segments(
                        file,
                        directory -> detachedSince(directory)
                                .map(StampRow::getTrashPath)
                                .filter(path -> !path.isEmpty()))
                .map(RemotePath::fitted);
    }

    /** Like {@link #nameOf}, of any length. */
    Optional<List<String>> segmentsOf(FileId file) {
        return segments(file, _ -> Optional.empty());
    }

    /** @param above the former path of a detached directory */
    private Optional<List<String>> segments(FileId file, LongFunction<Optional<String>> above) {
        Deque<String> segments = new ArrayDeque<>();
        Set<Long> passed = new HashSet<>();
        LocationRow location = rows.get(RowKeys.fileLocation(file), LocationRow.parser());
        while (location != null) {
            segments.addFirst(location.getName().toStringUtf8());
            long parent = location.getParent();
            if (parent == EntryKey.ROOT_DIRECTORY) {
                return Optional.of(List.copyOf(segments));
            }
            requireNew(parent, passed);
            location = rows.get(RowKeys.directoryLocation(parent), LocationRow.parser());
            if (location == null) {
                return above.apply(parent).map(path -> joined(path, segments));
            }
        }
        return Optional.empty();
    }

    private static List<String> joined(String path, Collection<String> below) {
        return Stream.concat(Arrays.stream(path.split("/")).filter(name -> !name.isEmpty()), below.stream())
                .toList();
    }

    private List<FileRecord> recordsAt(List<EntryKey> places) {
        List<byte[]> keys = places.stream().map(EntryKey::key).toList();
        List<byte @Nullable []> values = rows.get(keys);
        List<FileRecord> files = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            byte[] value = values.get(i);
            if (value == null) {
                throw new IllegalStateException(
                        "a file id leads to " + RowKeys.text(keys.get(i)) + ", where nothing is");
            }
            files.add(new DirectoryEntry(
                            places.get(i), Transaction.parse(new Pair(keys.get(i), value), NameRow.parser()))
                    .record());
        }
        return files;
    }

    private boolean issued(FileId file) {
        SettingsRow settings = rows.get(RowKeys.SETTINGS, SettingsRow.parser());
        return settings != null && file.epoch() == settings.getEpoch() && file.counter() <= rows.count(Counter.FILES);
    }

    private Optional<StampRow> cutOffSince(long directory) {
        Set<Long> below = new HashSet<>();
        Optional<StampRow> since = Optional.empty();
        for (long step = directory; step != EntryKey.ROOT_DIRECTORY; step = parentOf(step)) {
            Optional<StampRow> known = cutOff.get(step);
            since = known != null ? known : detachedSince(step);
            requireNew(step, below);
            if (known != null || since.isPresent()) {
                break;
            }
        }
        for (long passed : below) {
            cutOff.put(passed, since);
        }
        return since;
    }

    /**
     * Throws {@link IllegalStateException} unless the directories above this one end in the root or
     * in a detached one.
     */
    void requireEnds(long directory) {
        cutOffSince(directory);
    }

    /** No valid state has a cycle of directories, but a backup may. */
    private static void requireNew(long directory, Set<Long> passed) {
        if (!passed.add(directory)) {
            throw new IllegalStateException("directory " + directory + " lies below itself");
        }
    }

    private Optional<StampRow> detachedSince(long directory) {
        StampRow row = rows.get(RowKeys.detached(directory), StampRow.parser());
        return Optional.ofNullable(row);
    }

    private long parentOf(long directory) {
        LocationRow row = rows.get(RowKeys.directoryLocation(directory), LocationRow.parser());
        if (row == null) {
            throw new IllegalStateException("directory " + directory + " is neither in the tree nor detached");
        }
        return row.getParent();
    }
}
