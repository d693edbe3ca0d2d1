package io.trivet.quorum;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trivet.model.Answer;
import io.trivet.model.Command;
import io.trivet.model.Entry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.namespace.LaterReleaseException;
import io.trivet.namespace.Store;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A small state for tests: it counts how often each path was made a directory. A numbered operation that was applied before is answered and not applied
 * again, as the namespace does it.
 */
final class CountingState {
    /** A path that only a later release knows, while {@link #isLater} is false. */
    static final String LATER = "/later";

    private static final byte[] INDEX = "!index".getBytes(UTF_8);
    private static volatile boolean later;

    private final Store store;
    private volatile long appliedIndex;

    private CountingState(Store store) {
        this.store = store;
        this.appliedIndex = number(INDEX);
    }

    static ReplicatedState over(Store store) {
        CountingState state = new CountingState(store);
        return new ReplicatedState(state::apply, state::answer, () -> state.appliedIndex);
    }

    /** Whether this is the later release. */
    static void isLater(boolean now) {
        later = now;
    }

    private List<Outcome> apply(long index, Instant time, List<Operation> operations) {
        if (index <= appliedIndex) {
            return List.of();
        }
        if (!later && operations.stream().anyMatch(CountingState::isOfLaterRelease)) {
            throw new LaterReleaseException("entry " + index + " makes " + LATER);
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Operation operation : operations) {
            List<Store.Change> changes = new ArrayList<>();
            outcomes.add(apply(operation, changes));
            store.write(changes);
        }
        store.write(List.of(new Store.Change(INDEX, bytes(index))));
        appliedIndex = index;
        return outcomes;
    }

    private static boolean isOfLaterRelease(Operation operation) {
        return operation.command() instanceof Command.MakeDirectory make
                && make.path().toString().equals(LATER);
    }

    private Outcome apply(Operation operation, List<Store.Change> changes) {
        byte[] done = ("#" + operation.session() + "/" + operation.sequence()).getBytes(UTF_8);
        if (operation.session() != null && store.get(done) != null) {
            return new Outcome.Done();
        }
        if (!(operation.command() instanceof Command.MakeDirectory make)) {
            return new Outcome.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, "", "only directories are counted here"));
        }
        byte[] key = key(make.path().toString());
        changes.add(new Store.Change(key, bytes(number(key) + 1)));
        changes.add(new Store.Change(done, new byte[] {1}));
        return new Outcome.Done();
    }

    private Answer answer(Question question) {
        if (!(question instanceof Question.Lookup lookup)) {
            return new Answer.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, "", "only look-ups are answered here"));
        }
        long count = number(key(lookup.path().toString()));
        return new Answer.Found(new Entry.Directory(lookup.path().toString(), Instant.ofEpochMilli(count)));
    }

    /** How often the path was made, according to an answer. */
    static long count(Answer answer) {
        return ((Entry.Directory) ((Answer.Found) answer).entry()).modified().toEpochMilli();
    }

    private static byte[] key(String path) {
        return ("=" + path).getBytes(UTF_8);
    }

    private long number(byte[] key) {
        byte[] value = store.get(key);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
