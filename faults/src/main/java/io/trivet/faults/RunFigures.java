package io.trivet.faults;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What a run has counted so far, and what it found wrong. Any thread. */
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

    /** An operation that ended with an error, which is allowed while something is broken. */
    void failed(String what, long nanos) {
        synchronized (failures) {
            failures.computeIfAbsent(what, _ -> new AtomicLong()).incrementAndGet();
        }
        slowestNanos.accumulateAndGet(nanos, Math::max);
    }

    /** A history of so many calls could have happened in some order. */
    void checked(int callsInIt) {
        histories.incrementAndGet();
        calls.addAndGet(callsInIt);
    }

    /** Histories that were checked, and the calls in all of them. */
    String histories() {
        return histories + " histories with " + calls + " calls";
    }

    /** Something that must never be. */
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

    /** How often each operation ended with which error. */
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
