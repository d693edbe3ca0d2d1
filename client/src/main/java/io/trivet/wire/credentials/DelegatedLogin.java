package io.trivet.wire.credentials;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import java.nio.charset.StandardCharsets;

/**
 * With what a node logs in for a user: a key that the leader derives from the user's secret, for one
 * node and until one moment. Every leader can derive it again, none has to remember it, and with the
 * secret it changes. The secret does not follow from it.
 *
 * @param untilMs when it ends, in milliseconds since 1970 by the cluster's clock
 */
public record DelegatedLogin(String user, NodeId node, long untilMs, byte[] key) {
    public DelegatedLogin {
        if (key.length != Hmac.BYTES) {
            throw new IllegalArgumentException("a key of a delegation has " + Hmac.BYTES + " bytes");
        }
    }

    /**
     * Derived at the leader.
     *
     * @param mark of the user's secret: another user of the same name, with the same secret, has
     *     another key
     */
    public static DelegatedLogin derive(
            byte[] secret, ClusterId cluster, String user, long mark, CallerIdentity.Delegate delegate) {
        return new DelegatedLogin(
                user,
                delegate.node(),
                delegate.untilMs(),
                Hmac.of(
                        secret,
                        "trivet login of a delegate",
                        bytes(cluster.toString()),
                        bytes(user),
                        bytes(Long.toString(mark)),
                        bytes(delegate.node().toString()),
                        bytes(Long.toString(delegate.untilMs()))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Who logs in with it. */
    public CallerIdentity.OfUser who() {
        return new CallerIdentity.OfUser(user, 0, new CallerIdentity.Delegate(node, untilMs));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "login of " + user + " by " + node;
    }
}
