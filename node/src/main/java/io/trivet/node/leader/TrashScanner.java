package io.trivet.node.leader;

import io.trivet.model.FileId;
import io.trivet.namespace.RemovedPage;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Deletes expired files from the trash in short rounds. A round continues where the previous one
 * stopped and ends at the first page without an expired file. So a round over a trash of millions
 * without expired files reads one page, and an expired file is deleted after at most as many rounds
 * as there are pages. One thread.
 */
final class TrashScanner {
    private static final FileId FIRST = new FileId(1, 1);

    private FileId from = FIRST;

    /**
     * One round.
     *
     * @param pages the expired files on the page that begins with an id, and where the next page
     *     begins
     * @param discard removes these files
     */
    void round(Function<FileId, RemovedPage> pages, Consumer<List<FileId>> discard) {
        boolean found;
        do {
            RemovedPage page = pages.apply(from);
            found = !page.ids().isEmpty();
            if (found) {
                discard.accept(page.ids());
            }
            from = Objects.requireNonNullElse(page.next(), FIRST);
        } while (found && !from.equals(FIRST));
    }
}
