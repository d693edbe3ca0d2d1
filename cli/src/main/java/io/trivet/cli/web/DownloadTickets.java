package io.trivet.cli.web;

import io.trivet.model.RemotePath;
import io.trivet.wire.credentials.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a browser may fetch by an address alone, since a download cannot send the key of a session.
 * A ticket is good once, for a minute, in the session that asked for it. Any thread.
 */
final class DownloadTickets {
    static final Duration VALID = Duration.ofMinutes(1);

    /** The oldest gives way. */
    static final int MAX = 64;

    private record Ticket(Sessions.Session session, RemotePath path, Instant end) {}

    private final InstantSource clock;
    private final Map<String, Ticket> open = new LinkedHashMap<>();

    DownloadTickets(InstantSource clock) {
        this.clock = clock;
    }

    synchronized String issue(Sessions.Session session, RemotePath path) {
        if (open.size() == MAX) {
            open.remove(open.keySet().iterator().next());
        }
        String name = Secret.random().text();
        open.put(name, new Ticket(session, path, clock.instant().plus(VALID)));
        return name;
    }

    /** Uses it up. Empty for one that is none, or of another session. */
    synchronized Optional<RemotePath> redeem(Sessions.Session session, String name) {
        return Optional.ofNullable(open.remove(name))
                .filter(ticket -> ticket.session == session && ticket.end.isAfter(clock.instant()))
                .map(Ticket::path);
    }
}
