package io.trivet.node.access;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.wire.Connection;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.SignedText;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets nodes act for users whose signed requests they show, at the leader. A node learns no secret:
 * only the key of the day and region in which the user has signed, and a login that ends after {@link
 * #VALID} and with the secret. The leader remembers nothing of it, so that the next one goes on.
 *
 * <p>Bound of guesses: as {@link FailedLogins} for the host that asked the node, as the node says;
 * and {@link #FAILURES_OF_A_NODE} a minute for a node, which may lie. Any thread.
 */
final class Delegations {
    static final Duration VALID = Duration.ofMinutes(10);

    /** As long as a link may be valid that was signed in advance. */
    static final Duration OLDEST = Duration.ofDays(7);

    /** A client's clock may be ahead by this. */
    static final Duration SKEW = Duration.ofMinutes(15);

    static final int FAILURES_OF_A_NODE = 600;

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final ClusterId cluster;
    private final Authenticator authenticator;
    private final ClusterClock clock;
    private final FailedLogins failures = new FailedLogins();
    private final LongSupplier nanos;

    /** Only members ask, so that there are no more than nodes. */
    private final Map<NodeId, Minute> failed = new HashMap<>();

    private record Minute(long beganNanos, int failures) {}

    Delegations(ClusterId cluster, Authenticator authenticator, ClusterClock clock) {
        this(cluster, authenticator, clock, System::nanoTime);
    }

    Delegations(ClusterId cluster, Authenticator authenticator, ClusterClock clock, LongSupplier nanos) {
        this.cluster = cluster;
        this.authenticator = authenticator;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * What the node needs to serve the user. Throws {@code DENIED} for a signature that is not that
     * of a user, or not of the last days, and {@code BUSY} after many of them.
     */
    Reply.Delegated delegate(NodeId node, Request.Delegate asked) {
        SignedText signed = asked.signed();
        String network = Connection.network(asked.client());
        String who = new CallerIdentity.OfUser(signed.accessKey(), 0).toString();
        failures.admit(network, who);
        admit(node);
        requireInTime(signed);
        Authenticator.Known known = authenticator
                .proven(signed.accessKey(), secret -> signed.isSignedBy(signed.keyOf(text(secret))))
                .orElseThrow(() -> {
                    failures.failed(network, who);
                    failed(node);
                    return TrivetException.of(
                            Refusal.Kind.DENIED, who, "there is no such access key, or it has another secret");
                });
        failures.succeeded(network, who);
        long until = clock.millis() + VALID.toMillis();
        DelegatedLogin login = DelegatedLogin.derive(
                known.secret(), cluster, signed.accessKey(), known.mark(), new CallerIdentity.Delegate(node, until));
        return new Reply.Delegated(signed.keyOf(text(known.secret())), login.key(), until, VALID.toMillis());
    }

    private static String text(byte[] secret) {
        return new String(secret, java.nio.charset.StandardCharsets.US_ASCII);
    }

    private void requireInTime(SignedText signed) {
        long age = clock.millis() - signed.time().toEpochMilli();
        if (age > OLDEST.plus(SKEW).toMillis() || age < -SKEW.toMillis()) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    "",
                    "it was signed at " + signed.time() + ", and now it is " + clock.now()
                            + ": set the clock of the client or of the servers");
        }
    }

    private synchronized void admit(NodeId node) {
        Minute minute = failed.get(node);
        if (minute != null
                && minute.failures >= FAILURES_OF_A_NODE
                && nanos.getAsLong() - minute.beganNanos < MINUTE_NANOS) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY, node.toString(), "too many wrong signatures came by this node: wait a minute");
        }
    }

    private synchronized void failed(NodeId node) {
        long now = nanos.getAsLong();
        failed.merge(
                node,
                new Minute(now, 1),
                (before, one) -> now - before.beganNanos < MINUTE_NANOS
                        ? new Minute(before.beganNanos, before.failures + 1)
                        : one);
    }
}
