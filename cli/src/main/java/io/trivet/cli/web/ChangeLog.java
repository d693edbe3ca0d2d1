package io.trivet.cli.web;

import io.trivet.cli.text.Json;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The last changes that were made with this console, newest first. Any thread. */
final class ChangeLog {
    static final int MOST = 200;

    private record Change(Instant at, Text what) {}

    private final Deque<Change> changes = new ArrayDeque<>();

    synchronized void add(Text what) {
        if (changes.size() == MOST) {
            changes.removeFirst();
        }
        changes.addLast(new Change(Instant.now().truncatedTo(ChronoUnit.SECONDS), what));
    }

    synchronized List<Json> json(Language language) {
        List<Json> all = new ArrayList<>();
        changes.forEach(
                change -> all.add(new Json().put("time", change.at.toString()).put("what", change.what.in(language))));
        Collections.reverse(all);
        return all;
    }
}
