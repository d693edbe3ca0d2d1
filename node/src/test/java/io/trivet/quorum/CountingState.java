package io.trivet.quorum;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trivet.model.Command;
import io.trivet.model.NameEntry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.namespace.LaterReleaseException;
import io.trivet.namespace.StateMachine;
import io.trivet.namespace.Store;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small state for tests: counts how often each path was made a directory. A numbered operation
 * that was applied before is answered and not applied again, as in the namespace.
 */
final class CountingState implements StateMachine {
    /** A path that only a later release knows, while {@link #isLater} is false. */
    static final String LATER = "/later";

    private static final byte[] INDEX = "!index".getBytes(UTF_8);
    private static volatile boolean later;
    private static final Map<String, RuntimeException> FAILING = new ConcurrentHashMap<>();

    private final Store store;
    private volatile long appliedIndex;

    private CountingState(Store store) {
        this.store = store;
        this.appliedIndex = number(INDEX);
    }

    static StateMachine over(Store store) {
        return new CountingState(store);
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    /** Sets whether this is the later release. */
    static void isLater(boolean now) {
        later = now;
    }

    /** Makes operations on this path, which one test alone uses, fail from now on. */
    static void fails(String path, RuntimeException with) {
        FAILING.put(path, with);
    }

    static void failsNoMore(String path) {
        FAILING.remove(path);
    }

    @Override
    public List<Outcome> apply(long index, Instant time, List<Operation> operations) {
        if (index <= appliedIndex) {
            return List.of();
        }
        if (!later && operations.stream().anyMatch(CountingState::isOfLaterRelease)) {
            throw new LaterReleaseException("entry " + index + " makes " + LATER);
        }
        for (Map.Entry<String, RuntimeException> failing : FAILING.entrySet()) {
            if (operations.stream().anyMatch(operation -> makes(operation, failing.getKey()))) {
                throw failing.getValue();
            }
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
        return makes(operation, LATER);
    }

    private static boolean makes(Operation operation, String path) {
        return operation.command() instanceof Command.MakeDirectory make
                && make.path().toString().equals(path);
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

    @Override
    public QueryResult answer(Query query) {
        if (!(query instanceof Query.Lookup lookup)) {
            return new QueryResult.Refused(
                    new Refusal(Refusal.Kind.BAD_REQUEST, "", "only look-ups are answered here"));
        }
        long count = number(key(lookup.path().toString()));
        return new QueryResult.Found(new NameEntry.Directory(lookup.path().toString(), Instant.ofEpochMilli(count)));
    }

    /** Reads from an answer how often the path was made. */
    static long count(QueryResult queryResult) {
        return ((NameEntry.Directory) ((QueryResult.Found) queryResult).nameEntry())
                .modified()
                .toEpochMilli();
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
