package io.trivet.faults;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The counts and violations of a run so far. Any thread. */
final class RunFigures {
    private static final int MAX_VIOLATIONS = 100;

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final AtomicLong histories = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();
    private final Map<String, AtomicLong> failures = new TreeMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    void done(long nanos) {
        done.incrementAndGet();
        slowestNanos.accumulateAndGet(nanos, Math::max);
    }

    /** Counts a failed operation, which is allowed during a fault. */
    void failed(String what, long nanos) {
        synchronized (failures) {
            failures.computeIfAbsent(what, _ -> new AtomicLong()).incrementAndGet();
        }
        slowestNanos.accumulateAndGet(nanos, Math::max);
    }

    /** Counts a linearizable history of this many calls. */
    void checked(int callsInIt) {
        histories.incrementAndGet();
        calls.addAndGet(callsInIt);
    }

    /** The number of checked histories and of their calls. */
    String histories() {
        return histories + " histories with " + calls + " calls";
    }

    /** Records a violation. */
    void violated(String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    long operations() {
        return done.get();
    }

    /** The slowest operation since the last call. */
    long takeSlowestMs() {
        return slowestNanos.getAndSet(0) / 1_000_000;
    }

    long failed() {
        synchronized (failures) {
            return failures.values().stream().mapToLong(AtomicLong::get).sum();
        }
    }

    /** The number of failures of each operation and error. */
    Map<String, Long> failures() {
        synchronized (failures) {
            Map<String, Long> counts = new TreeMap<>();
            failures.forEach((what, count) -> counts.put(what, count.get()));
            return counts;
        }
    }

    List<String> violations() {
        return List.copyOf(violations);
    }
}
