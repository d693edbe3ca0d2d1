package io.trivet.wire.credentials;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import java.nio.charset.StandardCharsets;

/**
 * Proves knowledge of a secret without sending it: HMAC-SHA-256 over the caller's identity, the
 * cluster, a nonce of each side, and the channel binding. Both sides prove that they know the
 * secret. A proof cannot be used in the other direction, again, or on another connection.
 *
 * <pre>
 *   caller    Challenge                                     ->
 *                                                           <-  Challenged: listener's nonce (32)
 *             LogIn: who, caller's nonce (32), proof (32)   ->
 *                                                           <-  LoggedIn: proof (32)
 * </pre>
 */
public final class ChallengeResponse {
    private ChallengeResponse() {}

    /** What both sides know before the proof. */
    public record Exchange(
            CallerIdentity who, ClusterId cluster, byte[] callerNonce, byte[] listenerNonce, byte[] channel) {
        private byte[] with(byte[] secret, String label) {
            return Hmac.of(
                    secret, label, bytes(name()), bytes(cluster.toString()), callerNonce, listenerNonce, channel);
        }

        private String name() {
            return switch (who) {
                case CallerIdentity.OfUser user ->
                    user.delegate() instanceof CallerIdentity.Delegate delegate
                            ? "user " + user.name() + " by " + delegate.node() + " until " + delegate.untilMs()
                            : "user " + user.name();
                case CallerIdentity.OfNode node -> "node " + node.node();
                case CallerIdentity.Anonymous ignored ->
                    throw new IllegalArgumentException("nobody has nothing to prove");
            };
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    public static byte[] ofCaller(byte[] secret, Exchange exchange) {
        return exchange.with(secret, "trivet login caller");
    }

    public static byte[] ofListener(byte[] secret, Exchange exchange) {
        return exchange.with(secret, "trivet login listener");
    }
}
