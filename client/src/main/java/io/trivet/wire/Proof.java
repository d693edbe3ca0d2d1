package io.trivet.wire;

import io.trivet.model.ClusterId;
import io.trivet.model.Identity;
import java.nio.charset.StandardCharsets;

/**
 * Proof of a secret that does not show it: HMAC-SHA-256 over who is meant, the cluster, a nonce of either side, and what binds it to the channel. Each
 * side proves that it knows the secret; neither proof can be used as the other, again, or on another connection with another nonce.
 *
 * <pre>
 *   caller    Challenge                                     ->
 *                                                           <-  Challenged: listener's nonce (32)
 *             LogIn: who, caller's nonce (32), proof (32)   ->
 *                                                           <-  LoggedIn: proof (32)
 * </pre>
 */
public final class Proof {
    private Proof() {}

    /** What was said on a connection before the proof. */
    public record Exchange(Identity who, ClusterId cluster, byte[] callerNonce, byte[] listenerNonce, byte[] channel) {
        private byte[] with(byte[] secret, String label) {
            return Hmac.of(
                    secret, label, bytes(name()), bytes(cluster.toString()), callerNonce, listenerNonce, channel);
        }

        private String name() {
            return switch (who) {
                case Identity.OfUser user -> "user " + user.name();
                case Identity.OfNode node -> "node " + node.node();
                case Identity.Anonymous _ -> throw new IllegalArgumentException("nobody has nothing to prove");
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
