package io.trivet.model;

import java.util.List;

/** What a {@link Query} came to. */
public sealed interface QueryResult {
    record Found(NameEntry nameEntry) implements QueryResult {}

    /** {@code more}: there are names after the last of these. */
    record Page(List<NameEntry> entries, boolean more) implements QueryResult {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    record View(ClusterView view) implements QueryResult {}

    /** Without their secrets; {@code uses}: what each has; {@code more}: there are users after the last of these. */
    record Users(List<User> users, List<UserUse> uses, boolean more) implements QueryResult {
        public Users {
            users = List.copyOf(users);
            uses = List.copyOf(uses);
        }
    }

    /**
     * What became of the ids asked for, in the same order.
     *
     * @param sweeping whether nodes may delete what is dead (rule 4)
     */
    record IdStates(boolean sweeping, List<IdState> states) implements QueryResult {
        public IdStates {
            states = List.copyOf(states);
        }
    }

    /** {@code more}: there are groups after the last of these. */
    record Groups(List<Group> groups, boolean more) implements QueryResult {
        public Groups {
            groups = List.copyOf(groups);
        }
    }

    /** In the order of their ids. */
    record Tokens(List<OpenToken> tokens) implements QueryResult {
        public Tokens {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * A page of the trash, and what all of it comes to.
     *
     * @param more whether there are ids after the last of these
     * @param keepSeconds how long files stay in it; 0 where there is no trash
     * @param underWay whether a recursive removal is still being taken apart, some files of which are not here yet
     */
    record Trash(
            List<TrashedFile> files, boolean more, long allFiles, long allBytes, long keepSeconds, boolean underWay)
            implements QueryResult {
        public Trash {
            files = List.copyOf(files);
        }
    }

    /**
     * Some directories with quotas, in no order that means anything.
     *
     * @param next where the next page begins; 0 after the last
     * @param counting whether files and directories that were there before the first quota are
     *     still being counted: then more is in use than is said
     */
    record Quotas(List<QuotaUse> quotas, long next, boolean counting) implements QueryResult {
        public Quotas {
            quotas = List.copyOf(quotas);
        }
    }

    record Refused(Refusal refusal) implements QueryResult {}
}
