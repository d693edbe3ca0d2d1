package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.SessionRow;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and the outcomes of their operations (rule 10). An outcome is kept until the client
 * acknowledges it or the session ends.
 *
 * <pre>
 *   sequence:   1 ... answeredBelow - 1 | answeredBelow ... answeredBelow + MAX_UNANSWERED - 1 | beyond
 *   a retry:    OUTCOME_UNKNOWN         | its outcome                                          |
 *   the first:  OUTCOME_UNKNOWN         | is applied                                           | BUSY
 * </pre>
 */
final class Sessions {
    static final int MAX_SESSIONS = 65_536;

    /** The most sequence numbers for which outcomes are kept. */
    static final int MAX_UNANSWERED = 65_536;

    private final Transaction rows;

    Sessions(Transaction rows) {
        this.rows = rows;
    }

    SessionId open(Instant now, String user) {
        if (rows.add(Counter.LIVE_SESSIONS, 1) >= MAX_SESSIONS) {
            throw TrivetException.of(Refusal.Kind.BUSY, "", MAX_SESSIONS + " sessions are open");
        }
        SessionId session = new SessionId(rows.add(Counter.SESSIONS, 1) + 1);
        rows.put(
                RowKeys.session(session),
                SessionRow.newBuilder()
                        .setOpenedMs(now.toEpochMilli())
                        .setUser(user)
                        .build());
        return session;
    }

    /**
     * Deletes the session and its outcomes; no error if it has ended. The caller abandons its open
     * saves.
     */
    void end(SessionId session) {
        SessionRow row = row(session);
        if (row == null) {
            return;
        }
        forget(session, row.getAnsweredBelow(), row.getHighest() + 1);
        rows.remove(RowKeys.session(session));
        rows.add(Counter.LIVE_SESSIONS, -1);
    }

    /** The user of a session; empty if it has ended. */
    Optional<String> userOf(SessionId session) {
        return Optional.ofNullable(row(session)).map(SessionRow::getUser);
    }

    List<SessionId> live() {
        return rows.range(RowKeys.sessions(), MAX_SESSIONS).stream()
                .map(row -> RowKeys.sessionOf(row.key()))
                .toList();
    }

    /** The number of sessions per user. */
    Map<String, Integer> ofEachUser() {
        Map<String, Integer> counts = new HashMap<>();
        each().forEach(row -> counts.merge(row.getValue().getUser(), 1, Integer::sum));
        return counts;
    }

    /** The number of this user's sessions, and of reservations in them. */
    UserSessions of(String user) {
        List<SessionRow> own = each().stream()
                .map(Map.Entry::getValue)
                .filter(row -> row.getUser().equals(user))
                .toList();
        return new UserSessions(
                own.size(), own.stream().mapToInt(SessionRow::getOpenRows).sum());
    }

    /** At most {@code limit} sessions of users that no longer exist. */
    List<SessionId> ofRemovedUsers(int limit) {
        Map<String, Boolean> known = new HashMap<>();
        return each().stream()
                .filter(row -> !row.getValue().getUser().isEmpty()
                        && !known.computeIfAbsent(row.getValue().getUser(), user -> rows.has(RowKeys.user(user))))
                .map(Map.Entry::getKey)
                .limit(limit)
                .toList();
    }

    private List<Map.Entry<SessionId, SessionRow>> each() {
        return rows.range(RowKeys.sessions(), MAX_SESSIONS).stream()
                .map(row -> Map.entry(RowKeys.sessionOf(row.key()), Transaction.parse(row, SessionRow.parser())))
                .toList();
    }

    /** Sessions with an open save that can be resumed. */
    Set<SessionId> resumable() {
        return rows.range(RowKeys.sessions(), MAX_SESSIONS).stream()
                .filter(row -> Transaction.parse(row, SessionRow.parser()).getResumableRows() > 0)
                .map(row -> RowKeys.sessionOf(row.key()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The answer to a numbered operation that must not be applied: a retry, or one whose outcome
     * cannot be kept.
     */
    Optional<Outcome> settled(SessionId session, Operation operation) {
        SessionRow row = row(session);
        if (row == null) {
            return refused(Refusal.Kind.SESSION_ENDED, session, "open another");
        }
        StateMessages.Outcome kept =
                rows.get(RowKeys.outcome(session, operation.sequence()), StateMessages.Outcome.parser());
        if (kept != null) {
            return Optional.of(StateCodec.from(kept));
        }
        if (operation.sequence() < row.getAnsweredBelow()) {
            return refused(Refusal.Kind.OUTCOME_UNKNOWN, session, operation.sequence() + " was answered before");
        }
        if (operation.answeredBelow() > operation.sequence()) {
            return refused(Refusal.Kind.BAD_REQUEST, session, "no operation is answered before it is sent");
        }
        if (operation.sequence() - Math.max(operation.answeredBelow(), row.getAnsweredBelow()) >= MAX_UNANSWERED) {
            return refused(Refusal.Kind.BUSY, session, "its client takes no answers: more than are kept");
        }
        return Optional.empty();
    }

    /**
     * Keeps an outcome and drops those that the client has acknowledged. Does nothing if the
     * session has ended.
     */
    void keep(SessionId session, Operation operation, Outcome outcome) {
        SessionRow row = row(session);
        if (row == null) {
            return;
        }
        long below = Math.max(row.getAnsweredBelow(), operation.answeredBelow());
        forget(session, row.getAnsweredBelow(), Math.min(below, row.getHighest() + 1));
        rows.put(RowKeys.outcome(session, operation.sequence()), StateCodec.to(outcome));
        rows.put(
                RowKeys.session(session),
                row.toBuilder()
                        .setAnsweredBelow(below)
                        .setHighest(Math.max(row.getHighest(), operation.sequence()))
                        .build());
    }

    int openRows(SessionId session) {
        return require(session).getOpenRows();
    }

    void addOpenRows(SessionId session, int more, boolean resumable) {
        SessionRow row = require(session);
        rows.put(
                RowKeys.session(session),
                row.toBuilder()
                        .setOpenRows(row.getOpenRows() + more)
                        .setResumableRows(row.getResumableRows() + (resumable ? more : 0))
                        .build());
    }

    /**
     * Also removes numbers that were never used, which has no effect; at most {@link
     * #MAX_UNANSWERED} in all.
     */
    private void forget(SessionId session, long from, long to) {
        for (long sequence = from; sequence < to; sequence++) {
            rows.remove(RowKeys.outcome(session, sequence));
        }
    }

    private @Nullable SessionRow row(SessionId session) {
        return rows.get(RowKeys.session(session), SessionRow.parser());
    }

    private SessionRow require(SessionId session) {
        SessionRow row = row(session);
        if (row == null) {
            throw new IllegalStateException(session + " has open saves and no row");
        }
        return row;
    }

    private static Optional<Outcome> refused(Refusal.Kind kind, SessionId session, String detail) {
        return Optional.of(new Outcome.Refused(new Refusal(kind, session.toString(), detail)));
    }
}
