package io.trivet.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the processor time that strangers take of a listener, so that heartbeats, the quorum and
 * those who logged in come first. Any thread.
 *
 * <p>What a stranger makes a node compute, the steps of a handshake and the answers to requests
 * before a login, is paid for from a token bucket of processor time: that of all strangers together
 * regains one part in {@link #PART_OF_STRANGERS} of the processors. Where it is empty, strangers
 * wait. The next one is of the network (an address; for IPv6 64 bits) that took least lately, so a
 * newcomer does not wait for a crowd that comes from elsewhere; of a network the newest one, since
 * who has waited for long gives up. A handshake that this side has answered goes before new ones.
 * Waiting costs no processor time, and ends after {@link #LONGEST_WAIT}.
 *
 * <p>A network from which a node, a user or the holder of a token authenticated within {@link
 * #KNOWN_FOR} has a bucket of its own, of one part in {@link #PART_OF_KNOWN}, and all of them
 * together one of {@link #PART_OF_ALL_KNOWN}. Only where one of these is empty it waits among the
 * strangers.
 *
 * <p>Time is measured by the clock, which counts more where processors are busy, up to {@link
 * #MOST_OF_A_STEP} for a step and {@link #MOST_OF_A_REQUEST} for a request: so on a loaded machine
 * strangers get less, but never nothing.
 */
final class StrangerLimiter {
    /** All strangers together have one part in so many of the processors. */
    static final int PART_OF_STRANGERS = 16;

    /** A network from which somebody authenticated has one part in so many of the processors. */
    static final int PART_OF_KNOWN = 4;

    /** All networks from which somebody authenticated have one part in so many of the processors. */
    static final int PART_OF_ALL_KNOWN = 2;

    /** A bucket holds what it regains in this time. */
    static final Duration BURST = Duration.ofSeconds(4);

    static final Duration KNOWN_FOR = Duration.ofHours(1);
    static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
    static final Duration MOST_OF_A_STEP = Duration.ofMillis(20);

    /** What a step costs at least: the switch of threads around it. */
    static final Duration LEAST_OF_A_STEP = Duration.ofNanos(100_000);

    /** What the answer to a stranger's request costs at least. */
    static final Duration REQUEST = Duration.ofNanos(500_000);

    /** What it costs at most: the rest of its time it waits, for others or for its reader. */
    static final Duration MOST_OF_A_REQUEST = Duration.ofMillis(2);

    /** So many steps of a handshake that this side has answered go first; the certificate and the end take two. */
    static final int STEPS_AHEAD = 4;

    /** For each processor, so many connections of strangers are accepted a second, and four times as many at once. */
    static final int CONNECTIONS_A_SECOND = 256;

    /** What a newcomer needs to log in, several times. */
    static final Duration LITTLE = Duration.ofMillis(10);

    static final int MOST_WAITING = 2048;
    static final int MOST_WAITING_OF_A_NETWORK = 64;

    /** Of so many networks it is remembered what they took, and of so many whether they are known. */
    static final int MOST_NETWORKS = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(StrangerLimiter.class);
    private static final long SECOND = 1_000_000_000L;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);
    private static final Duration HALVED_EVERY = Duration.ofSeconds(30);
    private static final Duration SAID_EVERY = Duration.ofMinutes(1);

    private final int processors;
    private final LongSupplier clock;
    private final int slots;
    private final TokenBucket ofStrangers;
    private final TokenBucket ofAllKnown;
    private final TokenBucket connections;
    private final Map<String, Known> known = new Remembered<>();

    /** The processor time that each network took, less what was halved away since. */
    private final Map<String, Long> took = new Remembered<>();

    private final Map<String, Deque<Waiter>> waiting = new HashMap<>();
    private final Deque<Waiter> begun = new ArrayDeque<>();
    private int waiters;
    private int running;
    private boolean isTimed;
    private long halvedNanos;
    private long saidNanos;
    private long turnedAway;

    /** For this machine. */
    StrangerLimiter() {
        this(Runtime.getRuntime().availableProcessors(), System::nanoTime);
    }

    /** @param clock in nanoseconds, never goes back */
    StrangerLimiter(int processors, LongSupplier clock) {
        this.processors = processors;
        this.clock = clock;
        this.slots = Math.max(1, processors / 2);
        this.ofStrangers = ofTime(PART_OF_STRANGERS);
        this.ofAllKnown = ofTime(PART_OF_ALL_KNOWN);
        long many = (long) processors * CONNECTIONS_A_SECOND;
        this.connections = new TokenBucket(many, many * BURST.toSeconds(), clock.getAsLong());
        this.halvedNanos = clock.getAsLong();
        this.saidNanos = halvedNanos - SAID_EVERY.toNanos();
    }

    private TokenBucket ofTime(int part) {
        long aSecond = processors * SECOND / part;
        return new TokenBucket(aSecond, aSecond * BURST.toSeconds(), clock.getAsLong());
    }

    /** Processor time that is being used. To be closed by the thread that uses it, before it waits for its peer. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    private record Known(TokenBucket bucket, long untilNanos) {}

    /** Forgets the longest untouched. */
    @SuppressWarnings("serial") // is not serialized
    private static final class Remembered<V> extends LinkedHashMap<String, V> {
        Remembered() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MOST_NETWORKS;
        }
    }

    /** A thread that waits for its turn; guarded by the limiter but for {@code state}. */
    private static final class Waiter {
        enum State {
            WAITS,
            GOES,
            LEAVES
        }

        private final Thread thread = Thread.currentThread();
        private final String network;
        private final BooleanSupplier isOpen;
        private final long priceNanos;
        private volatile State state = State.WAITS;

        /** @param priceNanos what it pays when it goes; 0: it takes a slot, and pays for its time at the end */
        Waiter(String network, BooleanSupplier isOpen, long priceNanos) {
            this.network = network;
            this.isOpen = isOpen;
            this.priceNanos = priceNanos;
        }

        boolean takesSlot() {
            return priceNanos == 0;
        }

        void becomes(State next) {
            state = next;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Whether to serve a new connection. Where strangers make more than {@link
     * #CONNECTIONS_A_SECOND} for each processor, only networks that took {@link #LITTLE} lately get one.
     */
    synchronized boolean admits(String network) {
        long now = clock.getAsLong();
        if (known(network, now) != null) {
            return true;
        }
        halve(now);
        boolean admitted = connections.isOpen(now) || took.getOrDefault(network, 0L) < LITTLE.toNanos();
        if (admitted) {
            connections.take(1);
            took.merge(network, LEAST_OF_A_STEP.toNanos(), Long::sum);
        } else {
            turnedAway();
        }
        return admitted;
    }

    /** Whether somebody authenticated from this network lately. */
    synchronized boolean isKnown(String network) {
        return known(network, clock.getAsLong()) != null;
    }

    private @Nullable Known known(String network, long now) {
        @Nullable Known found = known.get(network);
        return found == null || now - found.untilNanos > 0 ? null : found;
    }

    /** Somebody authenticated from this network. */
    synchronized void authenticated(String network) {
        long now = clock.getAsLong();
        @Nullable Known before = known.get(network);
        TokenBucket bucket = before == null ? ofTime(PART_OF_KNOWN) : before.bucket;
        known.put(network, new Known(bucket, now + KNOWN_FOR.toNanos()));
    }

    /**
     * Waits until a step of a stranger's handshake may begin. Throws {@link IOException} if that
     * takes too long, or the connection was closed.
     *
     * @param ahead this side has answered already
     */
    Turn step(String network, BooleanSupplier isOpen, boolean ahead) throws IOException {
        boolean free = await(new Waiter(network, isOpen, 0), ahead);
        long begin = clock.getAsLong();
        return () -> ends(network, free, clock.getAsLong() - begin);
    }

    /**
     * As {@link #step}, for a request before a login. It takes no slot, since the answer may wait for
     * others or for its reader; it pays {@link #REQUEST} at once and the rest at its end.
     */
    Turn request(String network, BooleanSupplier isOpen) throws IOException {
        boolean free = await(new Waiter(network, isOpen, REQUEST.toNanos()), false);
        long begin = clock.getAsLong();
        return () -> {
            long nanos = Math.clamp(clock.getAsLong() - begin, REQUEST.toNanos(), MOST_OF_A_REQUEST.toNanos());
            charge(network, free, free ? nanos : nanos - REQUEST.toNanos());
        };
    }

    /** Returns whether the network has processor time of its own; then nothing was charged yet. */
    private boolean await(Waiter waiter, boolean ahead) throws IOException {
        synchronized (this) {
            if (isFree(waiter.network)) {
                return true;
            }
            enter(waiter, ahead);
            dispatch();
        }
        long end = clock.getAsLong() + LONGEST_WAIT.toNanos();
        while (waiter.state == Waiter.State.WAITS) {
            long left = end - clock.getAsLong();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                leave(waiter);
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
        if (waiter.state == Waiter.State.LEAVES) {
            throw new IOException("strangers want more processor time than they may have");
        }
        return false;
    }

    private boolean isFree(String network) {
        long now = clock.getAsLong();
        @Nullable Known found = known(network, now);
        return found != null && found.bucket.isOpen(now) && ofAllKnown.isOpen(now);
    }

    private void enter(Waiter waiter, boolean ahead) {
        if (waiters >= MOST_WAITING) {
            sendOneAway();
        }
        waiters++;
        if (ahead) {
            begun.addLast(waiter);
            return;
        }
        Deque<Waiter> own = waiting.computeIfAbsent(waiter.network, ignored -> new ArrayDeque<>());
        if (own.size() >= MOST_WAITING_OF_A_NETWORK) {
            goesAway(own.removeFirst());
        }
        own.addLast(waiter);
    }

    /** The longest waiting one of the network that has the most. */
    private void sendOneAway() {
        @Nullable Deque<Waiter> most = null;
        for (Deque<Waiter> each : waiting.values()) {
            if (most == null || each.size() > most.size()) {
                most = each;
            }
        }
        Waiter gone = most == null ? begun.removeFirst() : most.removeFirst();
        if (most != null && most.isEmpty()) {
            waiting.remove(gone.network);
        }
        goesAway(gone);
    }

    private void goesAway(Waiter waiter) {
        waiters--;
        turnedAway();
        waiter.becomes(Waiter.State.LEAVES);
    }

    private synchronized void leave(Waiter waiter) {
        if (waiter.state != Waiter.State.WAITS) {
            return;
        }
        @Nullable Deque<Waiter> own = waiting.get(waiter.network);
        if (!begun.remove(waiter) && own != null) {
            own.remove(waiter);
            if (own.isEmpty()) {
                waiting.remove(waiter.network);
            }
        }
        goesAway(waiter);
    }

    private void ends(String network, boolean free, long nanos) {
        long charged = Math.clamp(nanos, LEAST_OF_A_STEP.toNanos(), MOST_OF_A_STEP.toNanos());
        synchronized (this) {
            if (!free) {
                running--;
            }
            charge(network, free, charged);
        }
    }

    private synchronized void charge(String network, boolean free, long nanos) {
        if (!free) {
            strangersTook(network, nanos);
        } else {
            @Nullable Known found = known.get(network);
            if (found != null) {
                found.bucket.take(nanos);
            }
            ofAllKnown.take(nanos);
        }
        dispatch();
    }

    /** Lets go on who may, and comes again when the bucket is no longer empty. */
    private void dispatch() {
        long now = clock.getAsLong();
        halve(now);
        while (waiters > 0) {
            if (!ofStrangers.isOpen(now)) {
                comeAgain(ofStrangers.nanosUntilOpen());
                return;
            }
            @Nullable Waiter next = next();
            if (next == null) {
                return;
            }
            waiters--;
            if (!next.isOpen.getAsBoolean()) {
                next.becomes(Waiter.State.LEAVES);
                continue;
            }
            if (next.takesSlot()) {
                running++;
            } else {
                strangersTook(next.network, next.priceNanos);
            }
            next.becomes(Waiter.State.GOES);
        }
    }

    private @Nullable Waiter next() {
        boolean full = running >= slots;
        if (!full && !begun.isEmpty()) {
            return begun.removeFirst();
        }
        Map.@Nullable Entry<String, Deque<Waiter>> least = null;
        long leastTook = Long.MAX_VALUE;
        for (Map.Entry<String, Deque<Waiter>> each : waiting.entrySet()) {
            long itTook = took.getOrDefault(each.getKey(), 0L);
            if (itTook < leastTook && !(full && each.getValue().getLast().takesSlot())) {
                least = each;
                leastTook = itTook;
            }
        }
        if (least == null) {
            return null;
        }
        Waiter newest = least.getValue().removeLast();
        if (least.getValue().isEmpty()) {
            waiting.remove(least.getKey());
        }
        return newest;
    }

    private void strangersTook(String network, long nanos) {
        ofStrangers.take(nanos);
        took.merge(network, nanos, Long::sum);
    }

    /** What was taken long ago counts less; what is next to nothing is forgotten. */
    private void halve(long now) {
        long times = (now - halvedNanos) / HALVED_EVERY.toNanos();
        if (times < 1) {
            return;
        }
        halvedNanos += times * HALVED_EVERY.toNanos();
        took.replaceAll((ignored, nanos) -> nanos >> Math.min(times, Long.SIZE - 1));
        took.values().removeIf(nanos -> nanos < LEAST_OF_A_STEP.toNanos());
    }

    /** Each end of a turn and each newcomer dispatches as well, so nothing is stuck without this thread. */
    private void comeAgain(long nanos) {
        if (isTimed) {
            return;
        }
        Thread.ofVirtual().name("trivet-strangers").start(() -> {
            LockSupport.parkNanos(Math.max(SHORTEST_PAUSE.toNanos(), nanos));
            synchronized (this) {
                isTimed = false;
                dispatch();
            }
        });
        isTimed = true;
    }

    private void turnedAway() {
        turnedAway++;
        long now = clock.getAsLong();
        if (now - saidNanos > SAID_EVERY.toNanos()) {
            LOG.warn(
                    "strangers want more processor time than they may have: turned away={} waiting={}",
                    turnedAway,
                    waiters);
            saidNanos = now;
            turnedAway = 0;
        }
    }

    /** A token bucket that may be overdrawn: what something costs is known at its end. Guarded by its owner. */
    static final class TokenBucket {
        private final double aSecond;
        private final double most;
        private double left;
        private long atNanos;

        /** Full at the beginning. */
        TokenBucket(long aSecond, long most, long nowNanos) {
            this.aSecond = (double) aSecond;
            this.most = (double) most;
            this.left = (double) most;
            this.atNanos = nowNanos;
        }

        boolean isOpen(long now) {
            left = Math.min(most, left + aSecond * ((now - atNanos) / (double) SECOND));
            atNanos = now;
            return left > 0;
        }

        /** What is owed beyond what a second regains is forgotten, so that a newcomer does not pay for a crowd. */
        void take(long tokens) {
            left = Math.max(-aSecond, left - tokens);
        }

        /** As of the last {@link #isOpen}. */
        long nanosUntilOpen() {
            return left > 0 ? 0 : (long) (-left / aSecond * SECOND);
        }
    }
}
