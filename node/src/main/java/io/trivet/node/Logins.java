package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.ClusterId;
import io.trivet.model.Identity;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.wire.Connection;
import io.trivet.wire.Hmac;
import io.trivet.wire.Proof;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.security.SecureRandom;
import java.util.Optional;

/** Lets users and nodes prove who they are. Users log in at the leader, since nobody else knows for sure which secret is the newest. Any thread. */
final class Logins {
    private final ClusterId cluster;
    private final Seat seat;
    private final Keyring keyring;

    /** What an unknown user is checked against, so that he takes as long as a wrong secret. */
    private final byte[] nobodysSecret = new byte[Hmac.BYTES];

    Logins(ClusterId cluster, Seat seat, Keyring keyring) {
        this.cluster = cluster;
        this.seat = seat;
        this.keyring = keyring;
        new SecureRandom().nextBytes(nobodysSecret);
    }

    /** Throws {@code DENIED} for a proof that is wrong; the connection is nobody's then. */
    Reply.LoggedIn logIn(Connection connection, Request.LogIn login) {
        connection.identifiedAs(new Identity.Anonymous());
        byte[] challenge = connection.takeChallenge();
        if (challenge == null) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "a login follows a challenge, which is good once");
        }
        Known known = known(login.who());
        Proof.Exchange exchange =
                new Proof.Exchange(login.who(), cluster, login.nonce(), challenge, connection.channelBinding());
        boolean right = Hmac.same(Proof.ofCaller(known.secret, exchange), login.proof());
        if (!right || known.identity instanceof Identity.Anonymous) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    login.who().toString(),
                    "wrong access key or secret: look at your profile, or ask an administrator");
        }
        connection.identifiedAs(known.identity);
        return new Reply.LoggedIn(Proof.ofListener(known.secret, exchange));
    }

    private record Known(Identity identity, byte[] secret) {}

    private Known known(Identity claimed) {
        return switch (claimed) {
            // Throws where certificates say who is a node.
            case Identity.OfNode node -> new Known(node, keyring.nodeSecret());
            case Identity.OfUser user -> user(user.name());
            case Identity.Anonymous anonymous -> new Known(anonymous, nobodysSecret);
        };
    }

    private Known user(String name) {
        Optional<Namespace.WrappedSecret> wrapped = leading().secretOf(name);
        return wrapped.map(secret -> new Known(
                        new Identity.OfUser(name, secret.mark()),
                        keyring.clusterKeys().unwrap(purpose(name), secret.wrapped())))
                .orElseGet(() -> new Known(new Identity.Anonymous(), nobodysSecret));
    }

    /** For what the secret of a user is wrapped. */
    static String purpose(String name) {
        return "user " + name;
    }

    /** The secret of a user of this leader; throws {@code NO_SUCH_USER}. */
    byte[] secretOf(String name) {
        Namespace.WrappedSecret secret =
                leading().secretOf(name).orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_SUCH_USER, name, ""));
        return keyring.clusterKeys().unwrap(purpose(name), secret.wrapped());
    }

    /** The namespace of a leader that has just proved to be one; throws {@link TrivetException}. */
    private Namespace leading() {
        if (!seat.leads()) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LEADER, seat.leader().map(NodeId::toString).orElse(""), "log in at the leader");
        }
        if (seat.ask(new Question.View()) instanceof Answer.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return seat.namespace()
                .current()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no namespace is here"));
    }
}
