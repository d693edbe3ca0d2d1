package io.trivet.cli.node;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.Callers;
import io.trivet.gateway.signature.SigningKey;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.access.DelegationCalls.Delegation;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.SignedText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A user for whom this node acts: the keys that check its signatures, and a client that is logged in
 * for it. The login is renewed, with what the user signed last, only while a request of the user is
 * under way: a long upload goes on, and what nobody uses ends. Any thread.
 */
final class NodeUser {
    /** Links that were signed on other days have keys of their own. */
    private static final int MOST_KEYS = 16;

    /** A login that ends sooner is renewed. */
    private static final Duration SPARE = Duration.ofMinutes(5);

    private final String name;
    private final NodeUsers.Leader leader;
    private final Function<Supplier<DelegatedLogin>, TrivetClient> connect;
    private final LongSupplier nanos;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final ReentrantLock renewing = new ReentrantLock();
    private final ReentrantLock connecting = new ReentrantLock();

    private @Nullable Login login;
    private @Nullable TrivetClient client;
    private int underWay;
    private long usedNanos;
    private boolean closed;

    private record Key(byte[] key, long endNanos) {}

    /** What the user signed last, and the login that it gave. */
    private record Login(DelegatedLogin login, long endNanos, SignedText signed, String client) {}

    NodeUser(
            String name,
            NodeUsers.Leader leader,
            Function<Supplier<DelegatedLogin>, TrivetClient> connect,
            LongSupplier nanos) {
        this.name = name;
        this.leader = leader;
        this.connect = connect;
        this.nanos = nanos;
        this.usedNanos = nanos.getAsLong();
    }

    /** Takes what the leader has told. */
    synchronized void learn(SignedText signed, String host, Delegation told) {
        long end = nanos.getAsLong() + told.validFor().toNanos();
        keys.remove(scope(signed));
        keys.put(scope(signed), new Key(told.signingKey(), end));
        while (keys.size() > MOST_KEYS) {
            keys.remove(keys.keySet().iterator().next());
        }
        login = new Login(told.login(), end, signed, host);
        usedNanos = nanos.getAsLong();
    }

    /** Empty where the leader must be asked. */
    synchronized Optional<SigningKey> keyOf(SignedText signed, String host) {
        Key key = keys.get(scope(signed));
        if (key == null || key.endNanos - nanos.getAsLong() <= 0 || !signed.isSignedBy(key.key)) {
            return Optional.empty();
        }
        Login now = login;
        if (now == null || now.endNanos - nanos.getAsLong() <= 0) {
            return Optional.empty();
        }
        if (signed.time().isAfter(now.signed.time())) {
            login = new Login(now.login, now.endNanos, signed, host);
        }
        return Optional.of(SigningKey.ofBytes(key.key));
    }

    private static String scope(SignedText signed) {
        return signed.date() + "/" + signed.region();
    }

    /** Empty once it is closed. Throws what connecting throws. */
    Optional<Callers.Caller> begin() {
        synchronized (this) {
            if (closed) {
                return Optional.empty();
            }
            underWay++; // from now on it is not closed as idle
        }
        boolean begun = false;
        try {
            TrivetClient used = connected();
            begun = true;
            return Optional.of(caller(used));
        } finally {
            if (!begun) {
                end();
            }
        }
    }

    private synchronized @Nullable TrivetClient open() {
        return client;
    }

    /** The first request connects, and others wait for it. */
    private TrivetClient connected() {
        TrivetClient there = open();
        if (there != null) {
            return there;
        }
        connecting.lock();
        try {
            TrivetClient meanwhile = open();
            if (meanwhile != null) {
                return meanwhile;
            }
            TrivetClient made = connect.apply(this::current);
            synchronized (this) {
                if (!closed) {
                    client = made;
                    return made;
                }
            }
            made.close();
            throw ended();
        } finally {
            connecting.unlock();
        }
    }

    private Callers.Caller caller(TrivetClient used) {
        return new Callers.Caller() {
            @Override
            public TrivetClient client() {
                return used;
            }

            @Override
            public void refused() {
                forget();
            }

            @Override
            public void close() {
                end();
            }
        };
    }

    private synchronized void end() {
        underWay--;
        usedNanos = nanos.getAsLong();
    }

    /** The secret was changed, or the user removed: the leader is asked before the next request. */
    private synchronized void forget() {
        keys.clear();
        login = null;
    }

    private synchronized Optional<Login> known() {
        return Optional.ofNullable(login);
    }

    private synchronized boolean isUnderWay() {
        return underWay > 0;
    }

    /** The login of now; asks the leader where it ends soon. */
    private DelegatedLogin current() {
        Login now = known().orElseThrow(this::ended);
        long left = now.endNanos - nanos.getAsLong();
        if (left > SPARE.toNanos() || !isUnderWay()) {
            return lasting(now, left);
        }
        if (left > 0 && renewing.isLocked()) {
            return now.login; // another thread is asking, and it is good for a while
        }
        renewing.lock();
        try {
            Login latest = known().orElseThrow(this::ended);
            long then = latest.endNanos - nanos.getAsLong();
            return then > SPARE.toNanos() ? latest.login : renewed(latest, then);
        } finally {
            renewing.unlock();
        }
    }

    private DelegatedLogin renewed(Login latest, long left) {
        try {
            Delegation told = leader.ask(latest.signed, latest.client);
            learn(latest.signed, latest.client, told);
            return told.login();
        } catch (TrivetException e) {
            if (left > 0 && e.kind() != Refusal.Kind.DENIED) {
                return latest.login;
            }
            throw e;
        }
    }

    private DelegatedLogin lasting(Login now, long left) {
        if (left <= 0) {
            throw ended();
        }
        return now.login;
    }

    private TrivetException ended() {
        return TrivetException.of(
                Refusal.Kind.NOT_LOGGED_IN, name, "the user has to sign a request before this node acts for it");
    }

    /** Whether nothing of it is under way, and was not for as long. */
    synchronized boolean isIdleFor(Duration time) {
        return underWay == 0 && nanos.getAsLong() - usedNanos > time.toNanos();
    }

    /** Closes it unless a request is under way; a closed one begins nothing. Returns whether it is closed. */
    boolean closeIfIdle() {
        TrivetClient closing;
        synchronized (this) {
            if (underWay > 0) {
                return false;
            }
            closed = true;
            forget();
            closing = client;
            client = null;
        }
        if (closing != null) {
            closing.close();
        }
        return true;
    }

    /** Also what is under way, which then fails. */
    void close() {
        TrivetClient closing;
        synchronized (this) {
            closed = true;
            forget();
            closing = client;
            client = null;
        }
        if (closing != null) {
            closing.close();
        }
    }
}
