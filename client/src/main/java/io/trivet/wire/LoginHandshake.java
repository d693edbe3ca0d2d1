package io.trivet.wire;

import io.trivet.model.CallerIdentity;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.ChallengeResponse;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.ProtocolException;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** The identity of this side of a connection and the secret that proves it. Any thread. */
public final class LoginHandshake {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final CallerIdentity who;
    private final Supplier<byte[]> secret;
    private final ChannelBinding binding;

    /**
     * {@code secret} is called for each login, because the secret may change. An exception of it
     * ends the login. The login is bound to the keys of the channel if this JDK tells them.
     */
    public LoginHandshake(CallerIdentity who, Supplier<byte[]> secret) {
        this(who, secret, KeyExporter.isThere() ? ChannelBinding.EXPORTER : ChannelBinding.SERVER_END_POINT);
    }

    /** As above; the login is bound to what {@code binding} says. */
    public LoginHandshake(CallerIdentity who, Supplier<byte[]> secret, ChannelBinding binding) {
        this.who = who;
        this.secret = secret;
        this.binding = binding;
    }

    /**
     * Authenticates this side, once per connection, and verifies that the peer knows the secret
     * too. A refusal is thrown as {@link TrivetException}; the connection stays usable.
     */
    void introduce(Connection connection) throws IOException {
        connection.send(RequestEnvelope.toAny(new Request.Challenge()));
        if (!(connection.receive().message() instanceof Reply.Challenged challenged)) {
            throw new ProtocolException("not an answer to a challenge");
        }
        byte[] nonce = new byte[Request.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        ChallengeResponse.Exchange exchange = new ChallengeResponse.Exchange(
                who, connection.cluster(), nonce, challenged.nonce(), connection.channelBinding(binding));
        byte[] known = secret.get();
        connection.send(RequestEnvelope.toAny(
                new Request.LogIn(who, nonce, ChallengeResponse.ofCaller(known, exchange), binding)));
        if (!(connection.receive().message() instanceof Reply.LoggedIn in)
                || !Hmac.same(in.proof(), ChallengeResponse.ofListener(known, exchange))) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    connection.peer().toString(),
                    "it does not know this secret, so it is no node of this cluster");
        }
        connection.introduced();
    }
}
