package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the file or directory of a path. Reads one row for each segment. */
final class PathResolver {
    private final Transaction rows;

    PathResolver(Transaction rows) {
        this.rows = rows;
    }

    /**
     * The file or directory at a path. Throws {@link TrivetException} with {@code NO_SUCH_FILE} or
     * {@code NOT_A_DIRECTORY}.
     */
    DirectoryEntry find(RemotePath path) {
        return find(path.segments());
    }

    /** What is at a path; null if there is nothing, or a parent is missing or is a file. */
    @Nullable
    DirectoryEntry lookUp(RemotePath path) {
        DirectoryEntry directoryEntry = root();
        for (String segment : path.segments()) {
            DirectoryEntry next = directoryEntry.isDirectory() ? child(directoryEntry, segment) : null;
            if (next == null) {
                return null;
            }
            directoryEntry = next;
        }
        return directoryEntry;
    }

    /** The directory that holds a path, which is not the root. */
    DirectoryEntry parentOf(RemotePath path) {
        DirectoryEntry parent = find(path.segments().subList(0, path.segments().size() - 1));
        requireDirectory(parent, path.segments(), path.segments().size() - 1);
        return parent;
    }

    /** The directory at a path. Throws {@link TrivetException} if there is none. */
    DirectoryEntry directory(RemotePath path) {
        DirectoryEntry directoryEntry = find(path);
        requireDirectory(directoryEntry, path.segments(), path.segments().size());
        return directoryEntry;
    }

    DirectoryEntry root() {
        DirectoryEntry root = at(EntryKey.ROOT);
        if (root == null) {
            throw new IllegalStateException("there is no root");
        }
        return root;
    }

    @Nullable
    DirectoryEntry child(DirectoryEntry directory, String name) {
        return at(EntryKey.of(directory.directory(), name));
    }

    @Nullable
    DirectoryEntry at(EntryKey entryKey) {
        NameRow row = rows.get(entryKey.key(), NameRow.parser());
        return row == null ? null : new DirectoryEntry(entryKey, row);
    }

    boolean isEmpty(DirectoryEntry directory) {
        return rows.range(RowKeys.names(directory.directory()), 1).isEmpty();
    }

    /**
     * At most {@code limit} names after {@code after}, in the order of unsigned bytes; from the
     * first if {@code after} is empty.
     */
    RowPage<DirectoryEntry> page(long directory, ByteString after, int limit) {
        RowKeys.Span all = RowKeys.names(directory);
        RowKeys.Span rest = after.isEmpty() ? all : all.startingAt(RowKeys.after(RowKeys.name(directory, after)));
        return RowPage.of(rows, rest, limit)
                .map(row -> new DirectoryEntry(
                        new EntryKey(directory, RowKeys.nameOf(row.key())), Transaction.parse(row, NameRow.parser())));
    }

    /**
     * Throws {@code NOT_A_DIRECTORY} unless it is a directory; its path is the first {@code depth}
     * segments.
     */
    static void requireDirectory(DirectoryEntry directoryEntry, List<String> segments, int depth) {
        if (!directoryEntry.isDirectory()) {
            boolean link = directoryEntry.record().isLink();
            throw TrivetException.of(
                    Refusal.Kind.NOT_A_DIRECTORY,
                    text(segments.subList(0, depth)),
                    link ? "it is a symbolic link, which is not followed" : "it is a file");
        }
    }

    private DirectoryEntry find(List<String> segments) {
        DirectoryEntry directoryEntry = root();
        for (int depth = 0; depth < segments.size(); depth++) {
            requireDirectory(directoryEntry, segments, depth);
            DirectoryEntry next = child(directoryEntry, segments.get(depth));
            if (next == null) {
                throw TrivetException.of(Refusal.Kind.NO_SUCH_FILE, text(segments), "");
            }
            directoryEntry = next;
        }
        return directoryEntry;
    }

    private static String text(List<String> segments) {
        return "/" + String.join("/", segments);
    }
}
