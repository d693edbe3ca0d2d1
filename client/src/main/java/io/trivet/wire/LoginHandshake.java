package io.trivet.wire;

import io.trivet.model.CallerIdentity;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.ChallengeResponse;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.DelegatedLogin;
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

    /** Who this side is now, and what proves it. */
    record Login(CallerIdentity who, Supplier<byte[]> secret) {}

    private final Supplier<Login> current;
    private final ChannelBinding binding;

    /**
     * {@code secret} is called for each login, because the secret may change. An exception of it
     * ends the login. The login is bound to the keys of the channel if this JDK tells them.
     */
    public LoginHandshake(CallerIdentity who, Supplier<byte[]> secret) {
        this(who, secret, best());
    }

    /** As above; the login is bound to what {@code binding} says. */
    public LoginHandshake(CallerIdentity who, Supplier<byte[]> secret, ChannelBinding binding) {
        Login fixed = new Login(who, secret);
        this.current = () -> fixed;
        this.binding = binding;
    }

    private LoginHandshake(Supplier<Login> current) {
        this.current = current;
        this.binding = best();
    }

    /**
     * For a node that acts for a user. {@code login} is called for each exchange: where it gives
     * another login than before, also connections that are open authenticate again. An exception of
     * it ends the exchange before it begins.
     */
    public static LoginHandshake ofDelegate(Supplier<DelegatedLogin> login) {
        return new LoginHandshake(() -> {
            DelegatedLogin now = login.get();
            return new Login(now.who(), now::key);
        });
    }

    private static ChannelBinding best() {
        return KeyExporter.isThere() ? ChannelBinding.EXPORTER : ChannelBinding.SERVER_END_POINT;
    }

    Login current() {
        return current.get();
    }

    /**
     * Authenticates this side, and verifies that the peer knows the secret too. A refusal is thrown
     * as {@link TrivetException}; the connection stays usable.
     */
    void introduce(Connection connection) throws IOException {
        introduce(connection, current());
    }

    /** The same as what {@link #current} said. */
    void introduce(Connection connection, Login login) throws IOException {
        CallerIdentity who = login.who();
        connection.send(RequestEnvelope.toAny(new Request.Challenge()));
        if (!(connection.receive().message() instanceof Reply.Challenged challenged)) {
            throw new ProtocolException("not an answer to a challenge");
        }
        byte[] nonce = new byte[Request.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        ChallengeResponse.Exchange exchange = new ChallengeResponse.Exchange(
                who, connection.cluster(), nonce, challenged.nonce(), connection.channelBinding(binding));
        byte[] known = login.secret().get();
        connection.send(RequestEnvelope.toAny(
                new Request.LogIn(who, nonce, ChallengeResponse.ofCaller(known, exchange), binding)));
        if (!(connection.receive().message() instanceof Reply.LoggedIn in)
                || !Hmac.same(in.proof(), ChallengeResponse.ofListener(known, exchange))) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    connection.peer().toString(),
                    "it does not know this secret, so it is no node of this cluster");
        }
        connection.introduced(who);
    }
}
