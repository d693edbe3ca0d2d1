package io.trivet.node;

import io.trivet.model.FileId;
import io.trivet.namespace.RemovedPage;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks through the trash for what is to leave it, in short rounds: each goes on where the one before stopped, for as long as it finds something, and ends
 * with the first page on which there is nothing. So a round over a trash of millions that nobody's time is over in costs one page, not all of it; what is
 * due leaves after as many rounds as there are pages at the latest. One thread.
 */
final class TrashRounds {
    private static final FileId FIRST = new FileId(1, 1);

    private FileId from = FIRST;

    /**
     * One round.
     *
     * @param pages what is due on the page that begins with an id, and where the next one begins
     * @param discard has these leave
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
