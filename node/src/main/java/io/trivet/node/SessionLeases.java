package io.trivet.node;

import io.trivet.model.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the leader last heard from each session, in memory: a clock decides only when to propose that a session ends, the log decides that it did (rule
 * 3). A new leader counts from its election. Any thread.
 */
final class SessionLeases {
    static final Duration LEASE = Duration.ofSeconds(60);

    private final Map<SessionId, Long> heardNanos = new ConcurrentHashMap<>();

    void begin() {
        heardNanos.clear();
    }

    void heard(SessionId session) {
        heardNanos.put(session, System.nanoTime());
    }

    /** Of these live sessions, those that were silent for too long. Forgets all that live no more. */
    List<SessionId> silent(List<SessionId> live) {
        long now = System.nanoTime();
        heardNanos.keySet().retainAll(live);
        return live.stream()
                .filter(session -> now - heardNanos.computeIfAbsent(session, _ -> now) > LEASE.toNanos())
                .toList();
    }
}
