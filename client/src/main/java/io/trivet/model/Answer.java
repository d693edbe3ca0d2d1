package io.trivet.model;

import java.util.List;

/** What a {@link Question} came to. */
public sealed interface Answer {
    record Found(Entry entry) implements Answer {}

    /** {@code more}: there are names after the last of these. */
    record Page(List<Entry> entries, boolean more) implements Answer {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    record View(ClusterView view) implements Answer {}

    record Refused(Refusal refusal) implements Answer {}
}
