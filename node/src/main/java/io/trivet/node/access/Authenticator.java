package io.trivet.node.access;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.keys.Keyring;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connection;
import io.trivet.wire.credentials.ChallengeResponse;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the logins of users and nodes. Users log in at the leader, since only the leader is
 * certain to know a user's newest secret. Any thread.
 */
final class Authenticator {
    /** A wrong proof may be checked against a secret that was the newest this long ago. */
    private static final Duration LED_LATELY = Duration.ofSeconds(1);

    private final ClusterId cluster;
    private final RaftMember raftMember;
    private final Keyring keyring;

    /** Unknown users are checked against it, so that they take as long as a wrong secret. */
    private final byte[] nobodysSecret = new byte[Hmac.BYTES];

    private final FailedLogins failures = new FailedLogins();
    private volatile long ledNanos = System.nanoTime() - LED_LATELY.toNanos();

    Authenticator(ClusterId cluster, RaftMember raftMember, Keyring keyring) {
        this.cluster = cluster;
        this.raftMember = raftMember;
        this.keyring = keyring;
        new SecureRandom().nextBytes(nobodysSecret);
    }

    /**
     * Throws {@code DENIED} for a wrong proof, and {@code BUSY} after many of them; the connection
     * is then anonymous.
     */
    Reply.LoggedIn logIn(Connection connection, Request.LogIn login) {
        connection.identifiedAs(new CallerIdentity.Anonymous());
        byte[] challenge = connection.takeChallenge();
        if (challenge == null) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "a login follows a challenge, which is good once");
        }
        String network = connection.account();
        String who = login.who().toString();
        // The secret of nodes has 256 random bits and cannot be guessed.
        boolean guessable = login.who() instanceof CallerIdentity.OfUser;
        if (guessable) {
            failures.admit(network, who);
        }
        ChallengeResponse.Exchange exchange = new ChallengeResponse.Exchange(
                login.who(), cluster, login.nonce(), challenge, connection.channelBinding(login.binding()));
        Known known = proved(login, exchange);
        if (known == null) {
            if (guessable) {
                failures.failed(network, who);
            }
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    who,
                    "wrong access key or secret: look at your profile, or ask an administrator");
        }
        failures.succeeded(network, who);
        connection.identifiedAs(known.callerIdentity);
        return new Reply.LoggedIn(ChallengeResponse.ofListener(known.secret, exchange));
    }

    /**
     * Null for a wrong proof. A right proof is confirmed only after a leadership check. A wrong
     * one, which costs the caller nothing, only needs a leadership check within the last second.
     */
    private @Nullable Known proved(Request.LogIn login, ChallengeResponse.Exchange exchange) {
        Known known = known(login.who());
        boolean right = isRight(known, login, exchange);
        if (login.who() instanceof CallerIdentity.OfUser && (right || isLongAgo())) {
            raftMember.confirmedNamespace();
            ledNanos = System.nanoTime();
            known = known(login.who());
            right = isRight(known, login, exchange);
        }
        return right ? known : null;
    }

    private boolean isLongAgo() {
        return System.nanoTime() - ledNanos > LED_LATELY.toNanos();
    }

    private static boolean isRight(Known known, Request.LogIn login, ChallengeResponse.Exchange exchange) {
        return Hmac.same(ChallengeResponse.ofCaller(known.secret, exchange), login.proof())
                && !(known.callerIdentity instanceof CallerIdentity.Anonymous);
    }

    private record Known(CallerIdentity callerIdentity, byte[] secret) {}

    private Known known(CallerIdentity claimed) {
        return switch (claimed) {
            // Throws if nodes authenticate with certificates.
            case CallerIdentity.OfNode node -> new Known(node, keyring.nodeSecret());
            case CallerIdentity.OfUser user -> user(user.name());
            case CallerIdentity.Anonymous anonymous -> new Known(anonymous, nobodysSecret);
        };
    }

    private Known user(String name) {
        Optional<Namespace.WrappedSecret> wrapped =
                raftMember.leadingNamespace().secretOf(name);
        return wrapped.map(secret -> new Known(
                        new CallerIdentity.OfUser(name, secret.mark()),
                        keyring.clusterKeys().unwrap(Keyring.purpose(name), secret.wrapped())))
                .orElseGet(() -> new Known(new CallerIdentity.Anonymous(), nobodysSecret));
    }

    /** The secret of a user at this leader. Throws {@code NO_SUCH_USER}. */
    byte[] secretOf(String name) {
        Namespace.WrappedSecret secret = raftMember
                .confirmedNamespace()
                .secretOf(name)
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_SUCH_USER, name, ""));
        return keyring.clusterKeys().unwrap(Keyring.purpose(name), secret.wrapped());
    }
}
