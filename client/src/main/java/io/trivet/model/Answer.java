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

    /** Without their secrets. */
    record Users(List<User> users) implements Answer {
        public Users {
            users = List.copyOf(users);
        }
    }

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

    /**
     * A page of the trash, and what all of it comes to.
     *
     * @param more whether there are ids after the last of these
     * @param keepSeconds how long files stay in it; 0 where there is no trash
     */
    record Trash(List<Trashed> files, boolean more, long allFiles, long allBytes, long keepSeconds) implements Answer {
        public Trash {
            files = List.copyOf(files);
        }
    }

    record Refused(Refusal refusal) implements Answer {}
}
