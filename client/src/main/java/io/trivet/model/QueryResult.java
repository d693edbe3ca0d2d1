package io.trivet.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of a {@link Query}. */
public sealed interface QueryResult {
    record Found(NameEntry nameEntry) implements QueryResult {}

    /**
     * A file or symbolic link and what is kept beside it, at one moment.
     *
     * @param linkTarget empty for a file
     */
    record AttributesOf(NameEntry.Recorded entry, Attributes attributes, String linkTarget) implements QueryResult {}

    /**
     * Names in a directory.
     *
     * @param more names follow after the last of these
     * @param values by the names of files, their values of the attribute that was asked for, as UTF-8
     */
    record Page(List<NameEntry> entries, boolean more, Map<String, String> values) implements QueryResult {
        public Page {
            entries = List.copyOf(entries);
            values = Map.copyOf(values);
        }

        /** Without values of an attribute. */
        public Page(List<NameEntry> entries, boolean more) {
            this(entries, more, Map.of());
        }
    }

    record View(ClusterView view) implements QueryResult {}

    /**
     * Users without their secrets. {@code uses}: what each user has; {@code more}: users follow
     * after the last of these.
     */
    record Users(List<User> users, List<UserUse> uses, boolean more) implements QueryResult {
        public Users {
            users = List.copyOf(users);
            uses = List.copyOf(uses);
        }
    }

    /**
     * The states of the requested ids, in the same order.
     *
     * @param sweeping whether nodes may delete chunks of dead ids (rule 4)
     */
    record IdStates(boolean sweeping, List<IdState> states) implements QueryResult {
        public IdStates {
            states = List.copyOf(states);
        }
    }

    /** {@code more}: groups follow after the last of these. */
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
     * A page of the trash, and the totals of the whole trash.
     *
     * @param more whether ids follow after the last of these
     * @param keepSeconds how long files stay in the trash; 0 if there is none
     * @param underWay whether a recursive removal is still being dissolved, so that some of its
     *     files are not listed yet
     */
    record Trash(
            List<TrashedFile> files, boolean more, long allFiles, long allBytes, long keepSeconds, boolean underWay)
            implements QueryResult {
        public Trash {
            files = List.copyOf(files);
        }
    }

    /** {@code next}: where the next page begins; null after the last. A page may be empty. */
    record Uploads(List<Upload> uploads, @Nullable FileId next) implements QueryResult {
        public Uploads {
            uploads = List.copyOf(uploads);
        }
    }

    /** {@code more}: pieces follow after the last of these. */
    record Pieces(Upload upload, List<Piece> pieces, boolean more) implements QueryResult {
        public Pieces {
            pieces = List.copyOf(pieces);
        }
    }

    /**
     * A page of the directories with quotas, in unspecified order.
     *
     * @param next where the next page begins; 0 after the last
     * @param counting whether files and directories from before the first quota are still being
     *     counted, so that the use shown is too low
     */
    record Quotas(List<QuotaUse> quotas, long next, boolean counting) implements QueryResult {
        public Quotas {
            quotas = List.copyOf(quotas);
        }
    }

    record Refused(Refusal refusal) implements QueryResult {}
}
