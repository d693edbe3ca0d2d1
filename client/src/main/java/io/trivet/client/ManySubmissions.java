package io.trivet.client;

import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Operations that are sent together, and what is known of each. One thread. */
final class ManySubmissions {
    private final List<Operation> operations;
    private final @Nullable Outcome[] outcomes;
    private final Set<Integer> perhapsDone = new HashSet<>();
    private List<Integer> open = new ArrayList<>();

    ManySubmissions(List<Operation> operations) {
        this.operations = List.copyOf(operations);
        this.outcomes = new Outcome[operations.size()];
        for (int place = 0; place < operations.size(); place++) {
            open.add(place);
        }
    }

    /** Those without an outcome, to be sent, with the numbers that they have. */
    List<Operation> open() {
        return open.stream().map(operations::get).toList();
    }

    /** Those that are open were possibly applied. */
    void perhapsDone() {
        perhapsDone.addAll(open);
    }

    /** Whether no operation was possibly applied, as far as its answers tell. */
    boolean nothingIsDone() {
        return perhapsDone.isEmpty();
    }

    /**
     * Takes the answers to {@link #open}.
     *
     * @param ofQuorum whether a refusal is the quorum's, which does not say whether an earlier try
     *     was applied
     * @return why one of those that are still open is to be sent again; empty if none is open
     */
    Optional<Refusal> settle(Reply reply, Predicate<Refusal> ofQuorum) {
        if (!(reply instanceof Reply.Each(var answers)) || answers.size() != open.size()) {
            throw TrivetException.of(
                    Refusal.Kind.OUTCOME_UNKNOWN, "", "not an answer to " + open.size() + " operations");
        }
        List<Integer> again = new ArrayList<>();
        @Nullable Refusal why = null;
        for (int j = 0; j < answers.size(); j++) {
            int place = open.get(j);
            Outcome outcome = outcome(answers.get(j));
            if (!(outcome instanceof Outcome.Refused(var refusal)) || !ofQuorum.test(refusal)) {
                outcomes[place] = outcome;
            } else if (refusal.kind() == Refusal.Kind.SESSION_ENDED) {
                outcomes[place] = perhapsDone.contains(place) ? unknown(refusal) : outcome;
            } else {
                if (refusal.kind() == Refusal.Kind.OUTCOME_UNKNOWN) {
                    perhapsDone.add(place);
                }
                again.add(place);
                why = refusal;
            }
        }
        open = again;
        return Optional.ofNullable(why);
    }

    private static Outcome outcome(Reply answer) {
        return switch (answer) {
            case Reply.OutcomeOf(var outcome) -> outcome;
            case Reply.WithToken granted when granted.reply() instanceof Reply.OutcomeOf(var outcome) -> outcome;
            case Reply.Refused(var refusal) -> new Outcome.Refused(refusal);
            case Reply other -> throw new IllegalStateException("not an answer to an operation: " + other);
        };
    }

    private static Outcome unknown(Refusal refusal) {
        return new Outcome.Refused(new Refusal(
                Refusal.Kind.OUTCOME_UNKNOWN,
                "",
                "it is not known whether the change was made (" + refusal.message() + "): check, then try again"));
    }

    List<Outcome> outcomes() {
        return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
    }

    /** Sends a single operation; {@code perhapsDone}: an earlier try was possibly applied. */
    interface Alone {
        Outcome submit(Operation operation, boolean perhapsDone);
    }

    /** The outcomes, after each operation that is open was sent alone. */
    List<Outcome> oneByOne(Alone alone) {
        for (int place : open) {
            outcomes[place] = alone.submit(operations.get(place), perhapsDone.contains(place));
        }
        return outcomes();
    }

    /** The outcomes, where nothing is sent again: {@code unknown} for those that were possibly applied. */
    List<Outcome> givenUp(Refusal reason, Refusal unknown) {
        for (int place : open) {
            outcomes[place] = new Outcome.Refused(perhapsDone.contains(place) ? unknown : reason);
        }
        return outcomes();
    }
}
