package io.trivet.cli;

import io.trivet.model.Answer;
import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
import io.trivet.model.Trashed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The trash of a cluster, page by page. */
final class TrashCan {
    private static final FileId FIRST = new FileId(1, 1);

    private TrashCan() {}

    /** What all of it comes to, and how long files stay; without its files. */
    static Answer.Trash sum(Remote remote) {
        return remote.trash(FIRST);
    }

    /** Each file that was at one of these paths or below, in the order of ids; all where there are none. */
    static void each(Remote remote, Collection<RemotePath> paths, Consumer<Trashed> listener) {
        FileId from = FIRST;
        for (boolean more = true; more; ) {
            Answer.Trash page = remote.trash(from);
            page.files().stream()
                    .filter(file -> paths.isEmpty() || paths.stream().anyMatch(file.path()::startsWith))
                    .forEach(listener);
            more = page.more() && !page.files().isEmpty();
            if (more) {
                from = page.files().getLast().record().id().plus(1);
            }
        }
    }

    /** Of what was at this path or below, the newest for each name, in the order of names. */
    static List<Trashed> newest(Remote remote, RemotePath path) {
        Map<RemotePath, Trashed> newest = new TreeMap<>();
        Comparator<Trashed> age = Comparator.comparing(Trashed::since)
                .thenComparing(file -> file.record().id());
        each(
                remote,
                List.of(path),
                file -> newest.merge(file.path(), file, (one, other) -> age.compare(one, other) < 0 ? other : one));
        return new ArrayList<>(newest.values());
    }
}
