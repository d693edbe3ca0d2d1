package io.trivet.cli.web;

import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.credentials.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who is logged in. A session has two halves: a cookie, which scripts cannot read but which browsers
 * send to every port of a host, and a key, which only pages of this console have. Neither is worth
 * anything alone. They are in memory only. Any thread.
 */
final class Sessions {
    /** The one unused for longest ends when there would be more. */
    static final int MAX = 16;

    /** From the login on, whatever happens. */
    static final Duration LONGEST = Duration.ofHours(12);

    /** Without a request; a page that nobody looks at makes none. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** One login. */
    static final class Session {
        private final String cookie = Secret.random().text();
        private final String key = Secret.random().text();
        private final Instant begun;
        private Instant used;

        private Session(Instant now) {
            this.begun = now;
            this.used = now;
        }

        String cookie() {
            return cookie;
        }

        String key() {
            return key;
        }

        private boolean isOver(Instant now) {
            return now.isAfter(begun.plus(LONGEST)) || now.isAfter(used.plus(IDLE));
        }
    }

    private final InstantSource clock;
    private final List<Session> open = new ArrayList<>();

    Sessions(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Session begin() {
        Instant now = clock.instant();
        open.removeIf(session -> session.isOver(now));
        if (open.size() == MAX) {
            open.remove(open.stream()
                    .min(Comparator.comparing(session -> session.used))
                    .orElseThrow());
        }
        Session session = new Session(now);
        open.add(session);
        return session;
    }

    /** The session with this cookie; it counts as used. */
    synchronized Optional<Session> withCookie(String cookie) {
        Instant now = clock.instant();
        open.removeIf(session -> session.isOver(now));
        Optional<Session> found =
                open.stream().filter(session -> same(session.cookie, cookie)).findFirst();
        found.ifPresent(session -> session.used = now);
        return found;
    }

    /** The session of these two halves; it counts as used. */
    Optional<Session> with(String cookie, String key) {
        return withCookie(cookie).filter(session -> same(session.key, key));
    }

    synchronized void end(Session session) {
        open.remove(session);
    }

    private static boolean same(String one, String other) {
        return Hmac.same(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
