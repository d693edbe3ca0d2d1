package io.trivet.cli.node;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.Callers;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.signature.SigningKey;
import io.trivet.gateway.signature.SigningKeys;
import io.trivet.model.TrivetException;
import io.trivet.node.access.DelegationCalls.Delegation;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.SignedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The users for whom a node serves S3, by what the leader has told about those who came: it holds no
 * secret. A signature that it cannot check itself, or that is not good, is shown to the leader, so
 * that a changed secret counts at once. At most {@link #MOST} users at a time, and none for longer
 * than {@link #IDLE} after its last request. Any thread.
 */
final class NodeUsers implements SigningKeys, Callers, AutoCloseable {
    static final int MOST = 64;
    static final Duration IDLE = Duration.ofMinutes(10);

    /** Asks the leader: {@link io.trivet.node.access.DelegationCalls#ask}. */
    @FunctionalInterface
    interface Leader {
        Delegation ask(SignedText signed, String client);
    }

    private final Leader leader;
    private final Function<Supplier<DelegatedLogin>, TrivetClient> connect;
    private final LongSupplier nanos;

    /** The one that came last is at the end. */
    private final Map<String, NodeUser> users = new LinkedHashMap<>(16, 0.75f, true);

    private boolean closed;

    NodeUsers(Leader leader, Function<Supplier<DelegatedLogin>, TrivetClient> connect) {
        this(leader, connect, System::nanoTime);
    }

    NodeUsers(Leader leader, Function<Supplier<DelegatedLogin>, TrivetClient> connect, LongSupplier nanos) {
        this.leader = leader;
        this.connect = connect;
        this.nanos = nanos;
    }

    @Override
    public SigningKey of(SignedText signed, String client) {
        NodeUser user = known(signed.accessKey());
        Optional<SigningKey> key = user == null ? Optional.empty() : user.keyOf(signed, client);
        return key.orElseGet(() -> asked(signed, client));
    }

    private SigningKey asked(SignedText signed, String client) {
        try {
            Delegation told = leader.ask(signed, client);
            user(signed.accessKey()).learn(signed, client, told);
            return SigningKey.ofBytes(told.signingKey());
        } catch (TrivetException e) {
            throw switch (e.kind()) {
                // Not whether there is such a user: who asks may be anybody.
                case DENIED -> new S3Exception(S3Error.SIGNATURE_DOES_NOT_MATCH, sentence(e), e);
                case BUSY -> new S3Exception(S3Error.SLOW_DOWN, sentence(e), e);
                default -> new S3Exception(S3Error.SERVICE_UNAVAILABLE, sentence(e), e);
            };
        }
    }

    private static String sentence(TrivetException e) {
        return "The leader of the cluster says: " + e.refusal().detail() + ".";
    }

    private synchronized @Nullable NodeUser known(String name) {
        return users.get(name);
    }

    private NodeUser user(String name) {
        NodeUser made = new NodeUser(name, leader, connect, nanos);
        List<NodeUser> going;
        synchronized (this) {
            if (closed) {
                throw stopping();
            }
            NodeUser there = users.putIfAbsent(name, made);
            if (there != null) {
                return there;
            }
            if (users.size() <= MOST) {
                return made;
            }
            going = List.copyOf(users.values());
        }
        for (NodeUser each : going) { // the longest unused one first
            if (each != made && each.closeIfIdle()) {
                forget(each);
                return made;
            }
        }
        forget(made);
        throw new S3Exception(
                S3Error.SLOW_DOWN, "This node serves " + MOST + " users already. Please ask another one, or later.");
    }

    private synchronized void forget(NodeUser user) {
        users.values().remove(user);
    }

    private static S3Exception stopping() {
        return new S3Exception(S3Error.SERVICE_UNAVAILABLE, "The node is stopping.");
    }

    @Override
    public Caller of(String accessKey) {
        NodeUser user = known(accessKey);
        return (user == null ? Optional.<Caller>empty() : user.begin())
                .orElseThrow(() -> new S3Exception(
                        S3Error.SLOW_DOWN, "This node has just stopped to serve this user. Please try again."));
    }

    /** Closes those that nobody has used for a while. Called now and then. */
    void round() {
        List<NodeUser> all;
        synchronized (this) {
            all = List.copyOf(users.values());
        }
        for (NodeUser each : all) {
            if (each.isIdleFor(IDLE) && each.closeIfIdle()) {
                forget(each);
            }
        }
    }

    /** How many there are. */
    synchronized int size() {
        return users.size();
    }

    @Override
    public void close() {
        List<NodeUser> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(users.values());
            users.clear();
        }
        all.forEach(NodeUser::close);
    }
}
