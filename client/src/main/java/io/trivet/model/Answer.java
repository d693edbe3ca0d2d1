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

    /**
     * What became of the ids asked for, in the same order.
     *
     * @param sweeping whether nodes may delete what is dead (rule 4)
     */
    record IdStates(boolean sweeping, List<IdState> states) implements Answer {
        public IdStates {
            states = List.copyOf(states);
        }
    }

    /** In the order of their ids. */
    record Tokens(List<OpenToken> tokens) implements Answer {
        public Tokens {
            tokens = List.copyOf(tokens);
        }
    }

    record Refused(Refusal refusal) implements Answer {}
}
