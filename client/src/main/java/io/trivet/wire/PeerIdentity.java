package io.trivet.wire;

import io.trivet.model.CallerIdentity;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.protocol.Request;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a connection's peer: what it proved by certificate or login, and the user for
 * whom it acts. One thread at a time; any thread may read the user.
 */
final class PeerIdentity {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Supplier<Optional<CertifiedNode>> certified;
    private CallerIdentity proved = new CallerIdentity.Anonymous();
    private byte @Nullable [] challenge;
    private volatile String actsFor = "";

    PeerIdentity(Supplier<Optional<CertifiedNode>> certified) {
        this.certified = certified;
    }

    /** The identity proved by a certificate or a login; otherwise anonymous. */
    CallerIdentity proved() {
        return certified
                .get()
                .<CallerIdentity>map(node -> new CallerIdentity.OfNode(node.node(), node.key()))
                .orElse(proved);
    }

    /** Records a successful login. */
    void prove(CallerIdentity identity) {
        proved = identity;
    }

    void actsFor(String user) {
        actsFor = user;
    }

    boolean isStranger() {
        return actsFor.isEmpty() && proved() instanceof CallerIdentity.Anonymous;
    }

    /**
     * @param host the peer's host; its network is the account of peers of which nothing else is
     *     known
     */
    String account(String host) {
        CallerIdentity who = proved();
        if (who instanceof CallerIdentity.OfUser user) {
            return user.person().toString();
        }
        if (!(who instanceof CallerIdentity.Anonymous)) {
            return who.toString();
        }
        return actsFor.isEmpty() ? ConnectionLimiter.network(host) : new CallerIdentity.OfUser(actsFor, 0).toString();
    }

    byte[] newChallenge() {
        byte[] nonce = new byte[Request.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        challenge = nonce;
        return nonce.clone();
    }

    byte @Nullable [] takeChallenge() {
        byte[] nonce = challenge;
        challenge = null;
        return nonce;
    }
}
