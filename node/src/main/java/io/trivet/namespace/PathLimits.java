package io.trivet.namespace;

import io.trivet.message.StateMessages.NameRow;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Checks that a move leaves no path below the directory longer than the limit: paths in requests
 * are checked, but paths that result from a move may be too long. Works in steps of some rows, so
 * that other commands do not wait for a large tree.
 */
final class PathLimits {
    private static final int STEP = 1000;

    /** Of directories that are still to be checked: they are in memory. */
    private static final int MAX_LEFT = 100_000;

    /**
     * A directory to check, from a key on; {@code length} is that of the directory's path after the
     * move.
     */
    private record Todo(RowKeys.Span rest, int length) {}

    private final RemotePath from;
    private final RemotePath to;
    private final Deque<Todo> left = new ArrayDeque<>();
    private long looked;

    private PathLimits(RemotePath from, RemotePath to) {
        this.from = from;
        this.to = to;
    }

    /**
     * For a directory that is moved. Checks nothing if paths do not become longer, so that overlong
     * ones can always be shortened.
     */
    static PathLimits of(DirectoryEntry source, RemotePath from, RemotePath to) {
        PathLimits pathLimits = new PathLimits(from, to);
        if (source.isDirectory() && to.length() > from.length()) {
            pathLimits.left.push(new Todo(RowKeys.names(source.directory()), to.length()));
        }
        return pathLimits;
    }

    boolean isDone() {
        return left.isEmpty();
    }

    static TrivetException tooMuch(RemotePath from) {
        return TrivetException.of(
                Refusal.Kind.BAD_REQUEST,
                from.toString(),
                "too much is below it to look in time whether every path is short enough there: move what is in it one by one, or to a "
                        + "path that is not longer");
    }

    /** How many names were checked. */
    long looked() {
        return looked;
    }

    /**
     * Checks some more names. Throws {@link TrivetException} ({@code BAD_NAME}) if a path becomes
     * too long.
     */
    void step(Transaction rows) {
        if (left.size() > MAX_LEFT) {
            throw tooMuch(from);
        }
        Todo todo = left.pop();
        List<Pair> page = rows.range(todo.rest, STEP);
        looked += page.size();
        if (page.size() == STEP) {
            left.push(new Todo(todo.rest.startingAt(RowKeys.after(page.getLast().key())), todo.length));
        }
        page.forEach(row -> look(row, todo.length));
    }

    private void look(Pair row, int above) {
        int length = above + 1 + RowKeys.nameOf(row.key()).size();
        if (length > RemotePath.MAX_PATH) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_NAME,
                    to.toString(),
                    "the path of something below it would be " + length + " bytes, at most " + RemotePath.MAX_PATH
                            + " are allowed");
        }
        NameRow name = Transaction.parse(row, NameRow.parser());
        if (name.hasDirectory()) {
            left.push(new Todo(RowKeys.names(name.getDirectory().getId()), length));
        }
    }
}
