package io.trivet.namespace;

import io.trivet.message.StateMessages.CountingRow;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.UseRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The space in use: for each directory everything below it, for each owner the files with a name
 * and those in the trash. A change costs a row for each directory above it, whatever is below: a
 * renamed or removed directory takes its sum along. Nothing is counted until there is a quota or
 * limit; then {@link UsageRecount} counts what exists, in steps.
 *
 * <pre>
 *   A(d) = sum over the counted files and directories below d       W(o) = sum over the counted files of o
 *   a file or directory is counted if its number is below that of the counting row, which only rises
 * </pre>
 *
 * <p>An operation collects its changes and settles them at its end, so that what it removes makes
 * room for what it adds.
 */
final class SpaceUsage {
    /**
     * Deeper than any directory. During a restore directories may form a cycle, which is detected
     * after all rows are there.
     */
    static final int MAX_DEPTH = 10_000;

    private final Transaction rows;
    private final SharedContents sharedContents;

    /** From the changed directory up to the root, so that the nearest quota refuses. */
    private final Map<Long, Sum> directories = new LinkedHashMap<>();

    private final Map<String, Sum> owners = new LinkedHashMap<>();

    SpaceUsage(Transaction rows) {
        this.rows = rows;
        this.sharedContents = new SharedContents(rows);
    }

    /** Counted numbers. */
    record Sum(long bytes, long files, long directories, long quotas) {
        static final Sum NONE = new Sum(0, 0, 0, 0);

        static Sum of(UseRow row) {
            return new Sum(row.getBytes(), row.getFiles(), row.getDirectories(), row.getQuotas());
        }

        Sum plus(Sum other) {
            return new Sum(
                    bytes + other.bytes, files + other.files, directories + other.directories, quotas + other.quotas);
        }

        Sum times(int sign) {
            return new Sum(bytes * sign, files * sign, directories * sign, quotas * sign);
        }

        long names() {
            return files + directories;
        }

        UseRow row() {
            return UseRow.newBuilder()
                    .setBytes(bytes)
                    .setFiles(files)
                    .setDirectories(directories)
                    .setQuotas(quotas)
                    .build();
        }
    }

    /** Whether anything is counted. */
    boolean isOn() {
        return rows.has(RowKeys.COUNTING);
    }

    /** The use below a directory. */
    Sum below(long directory) {
        return sum(RowKeys.use(directory));
    }

    /** The use of an owner's files. */
    Sum of(String owner) {
        return sum(RowKeys.useOf(owner));
    }

    private Sum sum(byte[] key) {
        UseRow row = rows.get(key, UseRow.parser());
        return row == null ? Sum.NONE : Sum.of(row);
    }

    /** What a file counts for: a copy or a changed file with all that its contents keep. */
    private Sum of(FileRecord file) {
        return new Sum(sharedContents.bytesOf(file), 1, 0, 0);
    }

    /** Discards what a refused operation collected. */
    void begin() {
        directories.clear();
        owners.clear();
    }

    /** A file gets a name in a directory (1), or loses it (-1). */
    void name(FileRecord file, long parent, int sign) {
        if (counts(file.id())) {
            above(parent, of(file).times(sign));
        }
    }

    /** A file is added for its owner (1), or left both tree and trash (-1). */
    void own(FileRecord file, int sign) {
        if (counts(file.id())) {
            owners.merge(file.owner(), of(file).times(sign), Sum::plus);
        }
    }

    /** A directory with everything below it gets a name in another one (1), or loses it (-1). */
    void directory(long directory, long parent, int sign) {
        if (isOn()) {
            long itself = counts(directory) ? 1 : 0;
            above(parent, below(directory).plus(new Sum(0, 0, itself, 0)).times(sign));
        }
    }

    /**
     * New directories, each in the one before it and the first in {@code parent}. Costs as many
     * steps as the last one is deep, not as many for each.
     */
    void chain(long parent, List<Long> made) {
        if (!isOn()) {
            return;
        }
        long counted = 0;
        for (int depth = made.size() - 1; depth >= 0; depth--) {
            counted += counts(made.get(depth)) ? 1 : 0;
            Sum below = new Sum(0, 0, counted, 0);
            if (depth == 0) {
                above(parent, below);
            } else if (counted > 0) {
                directories.merge(made.get(depth - 1), below, Sum::plus);
            }
        }
    }

    /** A quota is set at a directory (1), or removed (-1). */
    void quota(long directory, int sign) {
        above(directory, new Sum(0, 0, 0, sign));
    }

    /** Adds a directory that was not counted before. */
    void alone(long parent) {
        above(parent, new Sum(0, 0, 1, 0));
    }

    /** Adds a named file that was not counted before. */
    void both(FileRecord file, long parent) {
        above(parent, of(file));
        kept(file);
    }

    /** Adds a file in the trash that was not counted before. */
    void kept(FileRecord file) {
        owners.merge(file.owner(), of(file), Sum::plus);
    }

    /** Deletes the rows of a directory that no longer exists. */
    void forget(long directory) {
        if (isOn()) {
            rows.remove(RowKeys.use(directory));
            rows.remove(RowKeys.quota(directory));
        }
    }

    /** Writes the collected changes if the quotas allow them; throws {@code QUOTA} if not. */
    void settle() {
        if (!directories.isEmpty() || !owners.isEmpty()) {
            new Quotas(rows).require(directories, this);
            new Users(rows).require(owners, this);
            write();
        }
    }

    /** Writes the collected changes of things that existed before, without a check. */
    void write() {
        directories.forEach((directory, more) -> put(RowKeys.use(directory), more));
        owners.forEach((owner, more) -> put(RowKeys.useOf(owner), more));
        begin();
    }

    private void put(byte[] key, Sum more) {
        Sum next = sum(key).plus(more);
        if (next.equals(Sum.NONE)) {
            rows.remove(key);
        } else {
            rows.put(key, next.row());
        }
    }

    /** From a directory up to the root, or to a removed one. */
    private void above(long parent, Sum more) {
        if (more.equals(Sum.NONE)) {
            return;
        }
        long directory = parent;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            directories.merge(directory, more, Sum::plus);
            LocationRow up = rows.get(RowKeys.directoryLocation(directory), LocationRow.parser());
            if (up == null) {
                return;
            }
            directory = up.getParent();
        }
    }

    private boolean counts(FileId file) {
        CountingRow row = row();
        return row != null
                && file.compareTo(new FileId(
                                row.getNextFile().getEpoch(), row.getNextFile().getCounter()))
                        < 0;
    }

    private boolean counts(long directory) {
        CountingRow row = row();
        return row != null && directory < row.getNextDirectory();
    }

    private @Nullable CountingRow row() {
        return rows.get(RowKeys.COUNTING, CountingRow.parser());
    }
}
