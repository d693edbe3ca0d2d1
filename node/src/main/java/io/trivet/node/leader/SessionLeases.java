package io.trivet.node.leader;

import io.trivet.model.SessionId;
import io.trivet.wire.ProcessClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the leader last heard from each session, in memory. The clock only decides when to propose
 * the end of a session; the log decides that it ended (rule 3). A new leader counts from its
 * election, and no leader counts time in which its process did not run. Any thread.
 */
public final class SessionLeases {
    static final Duration LEASE = Duration.ofSeconds(60);

    /**
     * The lease with a save that can be resumed: time for a person to notice that it stopped and to
     * start it again.
     */
    static final Duration RESUMABLE_LEASE = Duration.ofMinutes(30);

    private final Map<SessionId, Long> heardNanos = new ConcurrentHashMap<>();

    void begin() {
        heardNanos.clear();
    }

    public void heard(SessionId session) {
        heardNanos.put(session, ProcessClock.nanos());
    }

    /** Those that the leader has heard from, or counts since its election. */
    public int count() {
        return heardNanos.size();
    }

    /**
     * Those of the live sessions that were silent for too long. Forgets sessions that are not live.
     * {@code resumable} ones have the longer lease.
     */
    List<SessionId> silent(List<SessionId> live, Set<SessionId> resumable) {
        long now = ProcessClock.nanos();
        heardNanos.keySet().retainAll(live);
        return live.stream()
                .filter(session -> now - heardNanos.computeIfAbsent(session, _ -> now)
                        > (resumable.contains(session) ? RESUMABLE_LEASE : LEASE).toNanos())
                .toList();
    }
}
