package io.trivet.namespace;

import io.trivet.message.StateMessages.AttributesRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a backup, readable without a cluster. In memory: some hundred bytes for each file.
 * One thread.
 */
public final class BackupCatalogue {
    /**
     * Prefixes of rows that do not concern files: outcomes, sessions, nodes, layouts, tokens,
     * quotas and usage, pieces of uploads.
     */
    private static final String PASSED_OVER = "RPSMKTLQAWEVv";

    private static final int PAGE = 1000;

    private final Backup.Summary summary;
    private final Store rows;

    private BackupCatalogue(Backup.Summary summary, Store rows) {
        this.summary = summary;
        this.rows = rows;
    }

    /**
     * Reads a backup to its end; rows are checked later. Throws {@link IOException} with what is
     * wrong.
     */
    public static BackupCatalogue read(InputStream source) throws IOException {
        ReadOnlyRows kept = new ReadOnlyRows();
        Backup.Summary summary = Backup.read(source, row -> {
            if (PASSED_OVER.indexOf(row.key()[0]) < 0 && !isOfAttributesAlone(row)) {
                kept.keep(row);
            }
        });
        return new BackupCatalogue(summary, kept);
    }

    /** Of attributes only the targets of symbolic links are needed. */
    private static boolean isOfAttributesAlone(Store.Pair row) {
        return row.key()[0] == 'H'
                && Transaction.parse(row, AttributesRow.parser())
                        .getLinkTarget()
                        .isEmpty();
    }

    /** The target of a symbolic link; empty for a file. */
    public String linkTarget(FileId file) {
        return FileMetadata.linkTarget(new Transaction(rows), file);
    }

    public Backup.Summary summary() {
        return summary;
    }

    /** The latest time of any log entry; 1970 if its row cannot be read. */
    public Instant time() {
        try {
            return Instant.ofEpochMilli(new Transaction(rows).number(RowKeys.TIME));
        } catch (IllegalStateException _) {
            return Instant.EPOCH;
        }
    }

    /** The state of an id; unknown if its rows are invalid or contradict each other. */
    public IdState stateOf(FileId file) {
        try {
            return new FileIndex(new Transaction(rows)).stateOf(file);
        } catch (RuntimeException _) {
            return new IdState.Unknown();
        }
    }

    /**
     * Passes every file that has a name, in the order of ids. Throws {@link IOException} for rows
     * that are invalid or contradict each other, since a valid checksum does not prove who wrote
     * them; what was passed before must then not be trusted.
     *
     * @param shortened receives a path that is {@link RemotePath#fitted}, after {@code consumer}
     *     did
     */
    public void files(BiConsumer<RemotePath, FileRecord> consumer, Consumer<RemotePath> shortened) throws IOException {
        try {
            show(consumer, shortened);
        } catch (RuntimeException e) {
            throw new IOException("it is damaged, or somebody wrote into it: " + e.getMessage(), e);
        }
    }

    private void show(BiConsumer<RemotePath, FileRecord> consumer, Consumer<RemotePath> shortened) {
        @Nullable FileId next = new FileId(1, 1);
        while (next != null) {
            FileIndex fileIndex = new FileIndex(new Transaction(rows));
            FilePage page = fileIndex.recorded(next, PAGE);
            for (FileRecord file : page.files()) {
                Optional<List<String>> segments = fileIndex.segmentsOf(file.id());
                segments.ifPresent(whole -> {
                    RemotePath path = RemotePath.fitted(whole);
                    consumer.accept(path, file);
                    if (path.segments().size() < whole.size()) {
                        shortened.accept(path);
                    }
                });
            }
            next = page.next();
        }
    }
}
