package io.trivet.node.access;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Refusal;
import io.trivet.wire.Connection;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What callers did and were refused at this node, one line of JSON each. Administrative actions and
 * logins are in {@code audit/audit.jsonl} of its data directory, removals and restored files in
 * {@code audit/names.jsonl}, refusals in {@code audit/refused.jsonl}: what any user can do as often
 * as it likes does not displace administrative actions. Never contains a secret, a token or a proof;
 * names are escaped and truncated. Any thread.
 *
 * <p>For example, in one line:
 *
 * <pre>
 *   {"time":"2026-01-01T00:00:00Z","node":"n0","peer":"192.0.2.7:4711",
 *    "who":"user alice","act":"remove","subject":"/a","outcome":"done","detail":""}
 * </pre>
 *
 * <p>Of similar refusals, and of the logins of a user from one address, one per minute is written; a
 * line with {@code times} and {@code since} gives the number of the others.
 */
public final class AuditLog implements AutoCloseable {
    /** The size of one file of a ring. */
    static final long FILE_BYTES = 8L << 20;

    /**
     * The most bytes of one text in a line: for actions, and for refusals, which any caller can
     * cause as often as it likes.
     */
    private static final int MOST_DONE = 1000;

    private static final int MOST_REFUSED = 200;
    private static final String REFUSED = "refused";
    private static final String DONE = "done";
    private static final String LOG_IN = "log in";

    private final String node;
    private final InstantSource clock;
    private final AuditRing done;
    private final AuditRing names;
    private final AuditRing refused;
    private final AuditRepeats refusals = new AuditRepeats();
    private final AuditRepeats logins = new AuditRepeats();

    public AuditLog(Path data, String node) {
        this(data, node, FILE_BYTES, InstantSource.system());
    }

    AuditLog(Path data, String node, long fileBytes, InstantSource clock) {
        Path directory = data.resolve("audit");
        this.node = node;
        this.clock = clock;
        this.done = new AuditRing(directory, "audit", fileBytes);
        this.names = new AuditRing(directory, "names", fileBytes);
        this.refused = new AuditRing(directory, REFUSED, fileBytes);
    }

    /** An action that changes what others may do or see was done. */
    void done(Connection connection, String act, String subject) {
        done(connection.peer().toString(), connection.identity(), act, subject);
    }

    void done(String peer, CallerIdentity who, String act, String subject) {
        done.append(line(event(peer, who.toString(), act, subject, DONE, ""), MOST_DONE));
    }

    /** A name was removed or restored, or a file of the trash deleted. */
    void doneToNames(Connection connection, String act, String subject) {
        names.append(line(
                event(connection.peer().toString(), connection.identity().toString(), act, subject, DONE, ""),
                MOST_DONE));
    }

    void loggedIn(Connection connection, String user) {
        loggedIn(connection.peer(), connection.identity(), user);
    }

    synchronized void loggedIn(Address peer, CallerIdentity who, String user) {
        round();
        if (logins.isFirst(new AuditRepeats.Kind(who.toString(), LOG_IN, peer.host()), clock.instant())) {
            done(peer.toString(), who, LOG_IN, user);
        }
    }

    /** A request was refused. */
    void refused(Connection connection, String act, Refusal refusal) {
        refused(connection.peer(), connection.identity(), act, refusal);
    }

    void refused(Address peer, CallerIdentity who, String act, Refusal refusal) {
        String detail = refusal.detail().isEmpty() ? "" : ": " + refusal.detail();
        refused(peer, who, act, refusal.subject(), refusal.kind().text() + detail);
    }

    /** A connection ended before its first request. */
    void turnedAway(Address peer, String reason) {
        refused(peer, new CallerIdentity.Anonymous(), "connect", "", reason);
    }

    private void refused(Address peer, CallerIdentity who, String act, String subject, String detail) {
        refused(
                new AuditRepeats.Kind(name(peer, who), act, detail),
                event(peer.toString(), who.toString(), act, subject, REFUSED, detail));
    }

    /** A stranger is identified by its address. */
    private static String name(Address peer, CallerIdentity who) {
        return who instanceof CallerIdentity.Anonymous ? who + " from " + peer.host() : who.toString();
    }

    private synchronized void refused(AuditRepeats.Kind kind, Map<String, String> event) {
        round();
        if (refusals.isFirst(kind, clock.instant())) {
            refused.append(line(event, MOST_REFUSED));
        }
    }

    /** Writes counts that are at least a minute old. Called periodically. */
    public synchronized void round() {
        refusals.over(clock.instant())
                .forEach(repeated -> refused.append(line(event(repeated, REFUSED), MOST_REFUSED)));
        logins.over(clock.instant()).forEach(repeated -> done.append(line(event(repeated, DONE), MOST_DONE)));
    }

    private Map<String, String> event(AuditRepeats.Repeated repeated, String outcome) {
        AuditRepeats.Kind kind = repeated.kind();
        Map<String, String> event = event("", kind.who(), kind.act(), "", outcome, kind.detail());
        event.put("times", Long.toString(repeated.times()));
        event.put("since", repeated.since().toString());
        return event;
    }

    private Map<String, String> event(
            String peer, String who, String act, String subject, String outcome, String detail) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("time", clock.instant().toString());
        fields.put("node", node);
        fields.put("peer", peer);
        fields.put("who", who);
        fields.put("act", act);
        fields.put("subject", subject);
        fields.put("outcome", outcome);
        fields.put("detail", detail);
        return fields;
    }

    private static String line(Map<String, String> fields, int most) {
        StringBuilder line = new StringBuilder();
        fields.forEach((key, value) -> line.append(line.isEmpty() ? "{" : ",")
                .append(quoted(key, most))
                .append(':')
                .append(quoted(value, most)));
        return line.append("}\n").toString();
    }

    /**
     * As a JSON string without terminal control characters.
     *
     * @param most bytes between the quotes; a longer text is truncated
     */
    public static String quoted(String text, int most) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            String escaped = escaped(c);
            if (quoted.length() + escaped.length() > most + 1) {
                break;
            }
            quoted.append(escaped);
            at += Character.charCount(c);
        }
        return quoted.append('"').toString();
    }

    private static String escaped(int c) {
        if (c == '"' || c == '\\') {
            return "\\" + (char) c;
        }
        if (c >= ' ' && c < 0x7f) {
            return Character.toString(c);
        }
        StringBuilder units = new StringBuilder();
        for (char unit : Character.toChars(c)) {
            units.append(String.format("\\u%04x", (int) unit));
        }
        return units.toString();
    }

    @Override
    public synchronized void close() {
        done.close();
        names.close();
        refused.close();
    }
}
