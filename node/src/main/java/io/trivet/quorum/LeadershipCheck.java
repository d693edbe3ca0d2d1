package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Confirms that this node is still the leader (ReadIndex, section 6.4 of Ongaro's thesis): the one
 * check behind every linearizable answer.
 *
 * <p>It asks the other voters whether they still follow this node in this term. If a majority (with
 * this node) confirms, no later leader had been elected when the check began: it would have needed
 * the votes of a majority in a later term, and two majorities have a voter in common. So everything
 * that was acknowledged before the check began was committed by this leader or an earlier one, and
 * is at or below its commit index.
 *
 * <p>Ratis's own check is not used. In 3.3.0 it returns at once if a majority confirmed the same
 * commit index some time ago, which says nothing about now: a leader that was cut off would answer
 * from old state until it notices. Leases are not used either: a lease assumes that clocks run
 * evenly and that a follower remembers its leader, which a suspended virtual machine or a follower
 * that restarts quickly breaks.
 *
 * <p>When all are asked, each voter has its own thread here and at most one call in progress, so a
 * voter that hangs delays no other.
 */
final class LeadershipCheck implements AutoCloseable {
    /** The pause after a failed call, so that a voter that is down is not called in a busy loop. */
    private static final long PAUSE_MS = 25;

    /**
     * How long a check waits for the voter that is asked first: if it hangs, one read takes this
     * much longer.
     */
    private static final Duration SOON = Duration.ofMillis(200);

    private final NodeId self;
    private final QuorumTransport transport;
    private final Duration patience;
    private final Map<NodeId, Witness> witnesses = new HashMap<>();
    private volatile @Nullable NodeId lastYes;
    private boolean closed;

    LeadershipCheck(NodeId self, QuorumTransport transport, Duration patience) {
        this.self = self;
        this.transport = transport;
        this.patience = patience;
    }

    /**
     * Waits until a majority of each of these sets of voters has confirmed. False if time is up, or
     * if this node knows that it no longer leads. One thread at a time.
     *
     * @param voters one set of nodes, or two while the voters change
     * @param leads whether this node still considers itself the leader of this term
     */
    boolean confirm(long term, List<Set<NodeId>> voters, long deadlineNanos, BooleanSupplier leads)
            throws InterruptedException {
        return byOne(term, voters) || byAll(term, voters, deadlineNanos, leads);
    }

    /**
     * If one other voter is enough, as with three voters, this thread asks the one that confirmed
     * the last check: half the calls, and no other thread is woken. If it does not confirm soon,
     * all are asked.
     */
    private boolean byOne(long term, List<Set<NodeId>> voters) {
        NodeId voter = lastYes;
        return voter != null
                && voters.stream().allMatch(set -> isMajority(set, Set.of(self, voter)))
                && call(new Confirm(self, voter, term), SOON);
    }

    private static boolean isMajority(Set<NodeId> voters, Set<NodeId> some) {
        return 2 * voters.stream().filter(some::contains).count() > voters.size();
    }

    private synchronized boolean byAll(long term, List<Set<NodeId>> voters, long deadlineNanos, BooleanSupplier leads)
            throws InterruptedException {
        voters.stream()
                .flatMap(Collection::stream)
                .filter(node -> !node.equals(self))
                .forEach(node -> ask(node, term));
        while (!closed && !voters.stream().allMatch(this::majority)) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            if (left <= 0 || !leads.getAsBoolean()) {
                return false;
            }
            wait(Math.min(left, PAUSE_MS));
        }
        lastYes = voters.stream()
                .flatMap(Collection::stream)
                .filter(node -> !node.equals(self) && witness(node).confirmed())
                .findAny()
                .orElse(null);
        return !closed;
    }

    private void ask(NodeId voter, long term) {
        Witness witness = witnesses.computeIfAbsent(voter, Witness::new);
        witness.term = term;
        witness.asked++;
        notifyAll();
    }

    private boolean majority(Set<NodeId> voters) {
        Set<NodeId> confirmed = voters.stream()
                .filter(node -> node.equals(self) || witness(node).confirmed())
                .collect(Collectors.toUnmodifiableSet());
        return isMajority(voters, confirmed);
    }

    private Witness witness(NodeId node) {
        return witnesses.computeIfAbsent(node, Witness::new);
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** The request to a voter: the leader, the voter and the term. */
    record Confirm(NodeId leader, NodeId voter, long term) {
        private static final int BYTES = 16;
        private static final byte[] YES = {1};
        private static final byte[] NO = {0};

        byte[] toBytes() {
            return ByteBuffer.allocate(BYTES)
                    .putInt(leader.number())
                    .putInt(voter.number())
                    .putLong(term)
                    .array();
        }

        static Confirm from(byte[] body) throws IOException {
            if (body.length != BYTES) {
                throw new IOException("a question for confirmation has " + BYTES + " bytes, not " + body.length);
            }
            ByteBuffer buffer = ByteBuffer.wrap(body);
            try {
                return new Confirm(new NodeId(buffer.getInt()), new NodeId(buffer.getInt()), buffer.getLong());
            } catch (IllegalArgumentException e) {
                throw new IOException("a question for confirmation names no node: " + e.getMessage(), e);
            }
        }

        static byte[] answer(boolean follows) {
            return follows ? YES.clone() : NO.clone();
        }

        static boolean isYes(byte[] answer) {
            return answer.length == 1 && answer[0] == 1;
        }
    }

    /** One other voter. Its fields are guarded by the monitor of the {@link LeadershipCheck}. */
    private final class Witness {
        private final NodeId voter;
        private long asked;
        private long answered;
        private long term;

        Witness(NodeId voter) {
            this.voter = voter;
            Thread.ofVirtual().name("quorum-confirm-" + voter).start(this::run);
        }

        /** Whether it confirmed in a call that began after the check did. */
        boolean confirmed() {
            return answered == asked;
        }

        private void run() {
            try {
                while (true) {
                    long question;
                    Confirm confirm;
                    synchronized (LeadershipCheck.this) {
                        while (answered == asked && !closed) {
                            LeadershipCheck.this.wait();
                        }
                        if (closed) {
                            return;
                        }
                        question = asked;
                        confirm = new Confirm(self, voter, term);
                    }
                    if (call(confirm, patience)) {
                        synchronized (LeadershipCheck.this) {
                            answered = question;
                            LeadershipCheck.this.notifyAll();
                        }
                    } else {
                        Thread.sleep(PAUSE_MS);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean call(Confirm confirm, Duration limit) {
        try {
            return Confirm.isYes(transport.call(confirm.voter(), PeerMethod.CONFIRM.word(), confirm.toBytes(), limit));
        } catch (IOException e) {
            return false;
        }
    }
}
