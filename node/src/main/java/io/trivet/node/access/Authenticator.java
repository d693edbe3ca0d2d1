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
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
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
        String who = person(login.who()).toString();
        // The secret of nodes has 256 random bits and cannot be guessed.
        boolean guessable = login.who() instanceof CallerIdentity.OfUser;
        if (guessable) {
            failures.admit(network, who);
        }
        ChallengeResponse.Exchange exchange = new ChallengeResponse.Exchange(
                login.who(), cluster, login.nonce(), challenge, connection.channelBinding(login.binding()));
        Known known =
                proved(login.who(), secret -> Hmac.same(ChallengeResponse.ofCaller(secret, exchange), login.proof()));
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

    /** Guesses of a user's secret count for the user, whoever claims to act for it. */
    private static CallerIdentity person(CallerIdentity who) {
        return who instanceof CallerIdentity.OfUser user ? user.person() : who;
    }

    /**
     * The user, if {@code isRight} accepts its secret. For nobody it is asked as well, so that an
     * unknown user takes as long as a wrong signature. Leadership is checked as for a login.
     */
    Optional<Known> proven(String user, Predicate<byte[]> isRight) {
        CallerIdentity claimed = new CallerIdentity.OfUser(user, 0);
        return Optional.ofNullable(proved(claimed, isRight));
    }

    /**
     * Null for a wrong proof. A right proof is confirmed only after a leadership check. A wrong
     * one, which costs the caller nothing, only needs a leadership check within the last second.
     */
    private @Nullable Known proved(CallerIdentity claimed, Predicate<byte[]> isProof) {
        Known known = known(claimed);
        boolean right = isRight(known, isProof);
        if (claimed instanceof CallerIdentity.OfUser && (right || isLongAgo())) {
            raftMember.confirmedNamespace();
            ledNanos = System.nanoTime();
            known = known(claimed);
            right = isRight(known, isProof);
        }
        return right ? known : null;
    }

    private boolean isLongAgo() {
        return System.nanoTime() - ledNanos > LED_LATELY.toNanos();
    }

    private static boolean isRight(Known known, Predicate<byte[]> isProof) {
        return isProof.test(known.secret) && !(known.callerIdentity instanceof CallerIdentity.Anonymous);
    }

    /**
     * Who it is and what proves it: the secret, or for a delegate the key that follows from it.
     */
    record Known(CallerIdentity callerIdentity, byte[] secret) {
        /** Of the user's secret. */
        long mark() {
            return callerIdentity instanceof CallerIdentity.OfUser user ? user.mark() : 0;
        }
    }

    private Known known(CallerIdentity claimed) {
        return switch (claimed) {
            // Throws if nodes authenticate with certificates.
            case CallerIdentity.OfNode node -> new Known(node, keyring.nodeSecret());
            case CallerIdentity.OfUser user ->
                user.delegate() instanceof CallerIdentity.Delegate delegate
                        ? delegated(user(user.name()), delegate)
                        : user(user.name());
            case CallerIdentity.Anonymous anonymous -> new Known(anonymous, nobodysSecret);
        };
    }

    /** Until when it is good, and whether the node is still one, is checked with each request. */
    private Known delegated(Known known, CallerIdentity.Delegate delegate) {
        if (!(known.callerIdentity instanceof CallerIdentity.OfUser user)) {
            return known;
        }
        DelegatedLogin login = DelegatedLogin.derive(known.secret, cluster, user.name(), user.mark(), delegate);
        return new Known(new CallerIdentity.OfUser(user.name(), user.mark(), delegate), login.key());
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
