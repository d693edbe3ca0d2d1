package io.trivet.faults.history;

import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Searches for a sequential order of a history's operations that explains their results. */
public final class Linearizability {
    /**
     * The search gives up after this many states; a history of the intended size needs a few
     * thousand.
     */
    static final int MAX_PLACES = 2_000_000;

    private final List<Call> calls;
    private final Set<Place> tried = new HashSet<>();
    private int mostPlaced = -1;
    private List<Call> stuckAt = List.of();

    private record Place(BitSet placed, Names names) {}

    private Linearizability(List<Call> calls) {
        this.calls = calls.stream()
                .sorted(Comparator.comparingLong(Call::calledNanos))
                .toList();
    }

    /**
     * Empty if the history is linearizable from an empty directory; otherwise the operations that
     * cannot be placed. Throws {@link IllegalStateException} if the search is too large.
     */
    public static Optional<String> check(List<Call> history) {
        for (List<Call> part : parts(history)) {
            Linearizability search = new Linearizability(part);
            if (!search.goesOn(new BitSet(), Names.NONE)) {
                return Optional.of("no order explains any of " + search.stuckAt + "\nin " + search.calls);
            }
        }
        return Optional.empty();
    }

    /** Groups the calls whose names are connected by renames. */
    static Collection<List<Call>> parts(List<Call> history) {
        Map<RemotePath, RemotePath> groups = new HashMap<>();
        for (Call call : history) {
            List<RemotePath> names = call.operation().names();
            groups.put(groupOf(groups, names.getFirst()), groupOf(groups, names.getLast()));
        }
        Map<RemotePath, List<Call>> parts = new HashMap<>();
        for (Call call : history) {
            RemotePath group = groupOf(groups, call.operation().names().getFirst());
            parts.computeIfAbsent(group, _ -> new ArrayList<>()).add(call);
        }
        return parts.values();
    }

    private static RemotePath groupOf(Map<RemotePath, RemotePath> groups, RemotePath name) {
        RemotePath at = name;
        for (RemotePath next = groups.getOrDefault(at, at); !next.equals(at); next = groups.getOrDefault(at, at)) {
            at = next;
        }
        return at;
    }

    /** Whether the calls that are not placed yet can be placed after those that are. */
    private boolean goesOn(BitSet placed, Names names) {
        if (!tried.add(new Place((BitSet) placed.clone(), names))) {
            return false;
        }
        if (tried.size() > MAX_PLACES) {
            throw new IllegalStateException("a history of " + calls.size() + " calls is too large to check");
        }
        List<Integer> next = next(placed);
        if (next.stream().allMatch(number -> calls.get(number).isUnknown())) {
            return true;
        }
        remember(placed, next);
        return next.stream().anyMatch(number -> fits(placed, names, number));
    }

    private boolean fits(BitSet placed, Names names, int number) {
        Call call = calls.get(number);
        Names.Step step = names.apply(call.operation());
        if (!call.isUnknown() && !step.result().equals(call.result())) {
            return false;
        }
        placed.set(number);
        boolean found = goesOn(placed, step.after());
        placed.clear(number);
        return found;
    }

    /**
     * The calls that may happen next: those called before the earliest deadline of a call that is
     * not placed. Sorted by their return.
     */
    private List<Integer> next(BitSet placed) {
        long end = Long.MAX_VALUE;
        for (int number = placed.nextClearBit(0); number < calls.size(); number = placed.nextClearBit(number + 1)) {
            end = Math.min(end, calls.get(number).latestNanos());
        }
        List<Integer> next = new ArrayList<>();
        for (int number = placed.nextClearBit(0); number < calls.size(); number = placed.nextClearBit(number + 1)) {
            if (calls.get(number).calledNanos() <= end) {
                next.add(number);
            }
        }
        next.sort(Comparator.comparingLong(number -> calls.get(number).latestNanos()));
        return next;
    }

    private void remember(BitSet placed, List<Integer> next) {
        if (placed.cardinality() > mostPlaced) {
            mostPlaced = placed.cardinality();
            stuckAt = next.stream().map(calls::get).toList();
        }
    }
}
