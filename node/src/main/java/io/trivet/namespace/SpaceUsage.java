package io.trivet.namespace;

import io.trivet.message.StateMessages.CountingRow;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.UseRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in use: for each directory all that is below it, for each owner the files with a name and
 * those in the trash. A change costs a row for each directory above it, whatever is below: a
 * directory that is renamed or removed takes its sum along. Nothing is counted until there is a
 * quota; then {@link UsageRecount} counts what was there before, in steps.
 *
 * <pre>
 *   A(d) = sum over the files and directories below d that count      W(o) = sum over the files of o that count
 *   a file or directory counts if its number is below that of the counting row, which only rises
 * </pre>
 *
 * <p>An operation gathers what it changes and settles it at its end, so that what it takes away
 * makes room for what it adds.
 */
final class SpaceUsage {
    /**
     * Deeper than any directory is. A backup that is being restored may lead in a circle: that is
     * found when all of it is there.
     */
    static final int MAX_DEPTH = 10_000;

    private final Transaction rows;

    /** From the directory that was changed up to the root: the nearest quota is the one that refuses. */
    private final Map<Long, Sum> directories = new LinkedHashMap<>();

    private final Map<String, Sum> owners = new LinkedHashMap<>();

    SpaceUsage(Transaction rows) {
        this.rows = rows;
    }

    /** Numbers that count for something. */
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

    /** What is below a directory. */
    Sum below(long directory) {
        return sum(RowKeys.use(directory));
    }

    /** What an owner's files come to. */
    Sum of(String owner) {
        return sum(RowKeys.useOf(owner));
    }

    private Sum sum(byte[] key) {
        UseRow row = rows.get(key, UseRow.parser());
        return row == null ? Sum.NONE : Sum.of(row);
    }

    /** Forgets what an operation that was refused gathered. */
    void begin() {
        directories.clear();
        owners.clear();
    }

    /** A file gets a name in a directory (1), or loses it (-1). */
    void name(FileRecord file, long parent, int sign) {
        if (counts(file.id())) {
            above(parent, new Sum(file.size(), 1, 0, 0).times(sign));
        }
    }

    /** A file becomes its owner's (1), or is neither in the tree nor in the trash any more (-1). */
    void own(FileRecord file, int sign) {
        if (counts(file.id())) {
            owners.merge(file.owner(), new Sum(file.size(), 1, 0, 0).times(sign), Sum::plus);
        }
    }

    /** A directory with all that is below it gets a name in another one (1), or loses it (-1). */
    void directory(long directory, long parent, int sign) {
        if (isOn()) {
            long itself = counts(directory) ? 1 : 0;
            above(parent, below(directory).plus(new Sum(0, 0, itself, 0)).times(sign));
        }
    }

    /** A quota is set at a directory (1), or taken away (-1). */
    void quota(long directory, int sign) {
        above(directory, new Sum(0, 0, 0, sign));
    }

    /** One directory that was not counted before. */
    void alone(long parent) {
        above(parent, new Sum(0, 0, 1, 0));
    }

    /** A file with a name that was not counted before. */
    void both(FileRecord file, long parent) {
        above(parent, new Sum(file.size(), 1, 0, 0));
        kept(file);
    }

    /** A file in the trash that was not counted before. */
    void kept(FileRecord file) {
        owners.merge(file.owner(), new Sum(file.size(), 1, 0, 0), Sum::plus);
    }

    /** A directory is no more. */
    void forget(long directory) {
        if (isOn()) {
            rows.remove(RowKeys.use(directory));
            rows.remove(RowKeys.quota(directory));
        }
    }

    /** Writes what was gathered, where the quotas allow it; throws {@code QUOTA} where they do not. */
    void settle() {
        if (!directories.isEmpty() || !owners.isEmpty()) {
            new Quotas(rows).require(directories, this);
            new Users(rows).require(owners, this);
            write();
        }
    }

    /** Writes what was gathered, which was there before. */
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

    /** From a directory up to the root, or to one that was removed. */
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
