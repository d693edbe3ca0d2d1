package io.trivet.cli.text;

import io.trivet.model.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A refusal for a person: which object, what happened, what to do. */
final class RefusalText {
    private RefusalText() {}

    static Text of(Refusal refusal) {
        Text head = refusal.subject().isEmpty()
                ? what(refusal.kind())
                : Text.of("{0}: {1}", refusal.subject(), what(refusal.kind()));
        Text told = refusal.detail().isEmpty() ? head : Text.of("{0}: {1}", head, detail(refusal));
        return switch (refusal.kind()) {
            case OUTCOME_UNKNOWN -> Text.of("{0} (check with `trivet stat` before retrying)", told);
            case NO_QUORUM -> Text.of("{0} (`trivet status` says which nodes are up)", told);
            default -> told;
        };
    }

    private static Text detail(Refusal refusal) {
        Text told = Text.told(refusal.detail());
        return switch (refusal.kind()) {
            case QUOTA -> QuotaText.of(refusal.detail()).orElse(told);
            case FORBIDDEN ->
                refusal.detail().contains("no right")
                        ? Text.of("{0}: an administrator can grant it (`trivet user grant`)", told)
                        : told;
            default -> told;
        };
    }

    /** Parses a {@link Refusal#message} within other text; empty if it is none. */
    static Optional<Text> read(String message) {
        List<String> parts = List.of(message.split(": ", -1));
        for (int i = 0; i < parts.size(); i++) {
            String words = parts.get(i);
            String subject = String.join(": ", parts.subList(0, i));
            String detail = String.join(": ", parts.subList(i + 1, parts.size()));
            Optional<Refusal> refusal = Arrays.stream(Refusal.Kind.values())
                    .filter(kind -> kind.text().equals(words))
                    .map(kind -> new Refusal(kind, subject, detail))
                    .findFirst();
            if (refusal.isPresent()) {
                return refusal.map(RefusalText::of);
            }
        }
        return Optional.empty();
    }

    /**
     * The words of the kind itself in English; other languages say more, since most details are in
     * English.
     */
    static Text what(Refusal.Kind kind) {
        return switch (kind) {
            case NO_SUCH_FILE -> Text.of("no such file or directory");
            case ALREADY_EXISTS -> Text.of("already exists");
            case IS_A_DIRECTORY -> Text.of("is a directory");
            case IS_A_LINK -> Text.of("is a symbolic link");
            case NOT_A_DIRECTORY -> Text.of("is not a directory");
            case QUOTA -> Text.of("over quota");
            case CONDITION_FAILED -> Text.of("condition failed");
            case NOT_EMPTY -> Text.of("directory is not empty");
            case BAD_NAME -> Text.of("bad name");
            case BAD_REQUEST -> Text.of("bad request");
            case DENIED -> Text.of("denied");
            case NO_SUCH_USER -> Text.of("no such user");
            case NO_SUCH_GROUP -> Text.of("no such group");
            case FORBIDDEN -> Text.of("forbidden");
            case NOT_LOGGED_IN -> Text.of("not logged in");
            case BAD_TOKEN -> Text.of("chunk token refused");
            case TOO_FEW_NODES -> Text.of("too few nodes");
            case NOT_LEADER -> Text.of("not the leader");
            case NO_QUORUM -> Text.of("no quorum");
            case OUTCOME_UNKNOWN -> Text.of("outcome unknown");
            case SESSION_ENDED -> Text.of("session ended");
            case NOT_OPEN -> Text.of("save is not open");
            case CHECK_AGAIN -> Text.of("check again");
            case NO_SUCH_CHUNK -> Text.of("no such chunk");
            case DIFFERENT_CONTENT -> Text.of("different content");
            case CORRUPT -> Text.of("corrupt");
            case DISK_FULL -> Text.of("disk full");
            case DISK_FAILED -> Text.of("disk failed");
            case WRONG_NODE -> Text.of("wrong node");
            case WRONG_CLUSTER -> Text.of("wrong cluster");
            case WRONG_VERSION -> Text.of("unknown version");
            case STALE -> Text.of("stale");
            case BUSY -> Text.of("busy");
            case UNREACHABLE -> Text.of("unreachable");
            case UNTRUSTED -> Text.of("not to be trusted");
            case SOURCE_CHANGED -> Text.of("source changed while it was being saved");
        };
    }
}
