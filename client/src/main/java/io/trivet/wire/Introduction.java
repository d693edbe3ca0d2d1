package io.trivet.wire;

import io.trivet.model.Identity;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.net.ProtocolException;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** Who this side of a connection is, and the secret that proves it. Any thread. */
public final class Introduction {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Identity who;
    private final Supplier<byte[]> secret;

    /** The secret is asked for each time, since it may have changed; what the supplier throws ends the introduction. */
    public Introduction(Identity who, Supplier<byte[]> secret) {
        this.who = who;
        this.secret = secret;
    }

    /**
     * Proves who we are, once for the life of the connection, and that the other side knows the secret too. A refusal is thrown as {@link
     * TrivetException}, and leaves the connection usable.
     */
    void introduce(Connection connection) throws IOException {
        connection.send(Addressed.toAny(new Request.Challenge()));
        if (!(connection.receive().message() instanceof Reply.Challenged challenged)) {
            throw new ProtocolException("not an answer to a challenge");
        }
        byte[] nonce = new byte[Request.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        Proof.Exchange exchange =
                new Proof.Exchange(who, connection.cluster(), nonce, challenged.nonce(), connection.channelBinding());
        byte[] known = secret.get();
        connection.send(Addressed.toAny(new Request.LogIn(who, nonce, Proof.ofCaller(known, exchange))));
        if (!(connection.receive().message() instanceof Reply.LoggedIn in)
                || !Hmac.same(in.proof(), Proof.ofListener(known, exchange))) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    connection.peer().toString(),
                    "it does not know this secret, so it is no node of this cluster");
        }
        connection.introduced();
    }
}
