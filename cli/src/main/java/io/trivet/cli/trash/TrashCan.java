package io.trivet.cli.trash;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads the trash of a cluster, page by page. */
public final class TrashCan {
    private static final FileId FIRST = new FileId(1, 1);

    /** The leader answers after five seconds of work, or when it is done; so this is an hour. */
    private static final int MAX_ASKED = 720;

    private TrashCan() {}

    /**
     * The totals of the trash and its retention, without files. Removals in progress are not
     * included.
     */
    public static QueryResult.Trash sum(TrivetClient client) {
        return client.trash().page(FIRST);
    }

    /**
     * Waits until every acknowledged removal is in the trash, so that a restore, a list or a
     * discard includes all of it. The leader continues the removals while it is asked.
     */
    static void await(TrivetClient client, Console console) throws CommandFailure {
        for (int asked = 0; client.trash().page(FIRST).underWay(); asked++) {
            if (asked == 0) {
                console.complain(Text.of("a removal is still in progress: waiting for the rest of it"));
            }
            if (asked == MAX_ASKED) {
                throw new CommandFailure(Text.of("a removal is still in progress: try again later"));
            }
        }
    }

    /**
     * Each file that was at or below one of these paths, sorted by id; all files if there are no
     * paths.
     */
    static void each(TrivetClient client, Collection<RemotePath> paths, Consumer<TrashedFile> listener) {
        for (TrashedFile file : client.trash().files()) {
            if (paths.isEmpty() || paths.stream().anyMatch(file.path()::startsWith)) {
                listener.accept(file);
            }
        }
    }

    /** The newest file for each name at or below this path, sorted by name. */
    static List<TrashedFile> newest(TrivetClient client, RemotePath path) {
        Map<RemotePath, TrashedFile> newest = new TreeMap<>();
        Comparator<TrashedFile> age = Comparator.comparing(TrashedFile::since)
                .thenComparing(file -> file.record().id());
        each(
                client,
                List.of(path),
                file -> newest.merge(file.path(), file, (one, other) -> age.compare(one, other) < 0 ? other : one));
        return new ArrayList<>(newest.values());
    }
}
