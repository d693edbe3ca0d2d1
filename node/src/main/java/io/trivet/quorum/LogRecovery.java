package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this master's log may vote and acknowledge (rule 8). After a start it is compared with
 * what the other masters remember of it, since a log that was restored from an older copy of the
 * server looks sound to itself.
 *
 * <p>Each master tells the others once a second its incarnation and the newest committed entry that
 * it has on stable storage, and they remember both. A master that starts takes no part before a
 * majority (with itself) has answered, and waits {@link #grace} for the others. If all it hears is
 * what it knows, it continues. If another master knows a later start of this log or an entry beyond
 * its end, the log is <em>older</em>: whatever was committed with its help since is on at least one
 * other master of that majority. So it asks until it has heard from every such majority; then no
 * entry that it may have acknowledged is newer than the newest end among the answers, the
 * <em>floor</em>. From then on it votes only for candidates for which a log up to the floor would
 * vote, follows no leader of an earlier term, and stands for election only after it has reached the
 * floor itself.
 *
 * <p>The whole argument, and what this does not detect, is in {@code
 * docs/decisions/0143-older-logs.md}.
 */
final class LogRecovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    private static final Duration TELL_EVERY = Duration.ofSeconds(1);
    private static final Duration ASK_EVERY = Duration.ofMillis(100);

    private static final Duration BETWEEN_HAND_OVERS = Duration.ofSeconds(10);

    /** After this many requests with answers missing, the log says whose. */
    private static final int ASKS_BEFORE_WARNING = 100;

    private final NodeId self;
    private final QuorumTransport transport;
    private final Duration limit;
    private final Duration grace;
    private final Incarnation incarnation;
    private final PeerRecords records;
    private final ForcedMark mark;
    private final Log log;
    private final HandOver handOver;
    private final Map<NodeId, PeerRecall.Answer> answers = new HashMap<>();
    private final Set<NodeId> underWay = ConcurrentHashMap.newKeySet();
    private final Set<NodeId> leadersHeard = ConcurrentHashMap.newKeySet();
    private final Set<NodeId> callers = ConcurrentHashMap.newKeySet();
    private final long beganNanos = System.nanoTime();
    private volatile State state;
    private volatile int inquiry;
    private TermIndex newestEnd = TermIndex.valueOf(0, -1);
    private @Nullable String warned;
    private int asks;
    private TermIndex reached = TermIndex.valueOf(0, -1);
    private volatile long fedNanos;
    private long handedOverNanos = System.nanoTime() - BETWEEN_HAND_OVERS.toNanos();
    private boolean closed;

    /** Makes another master the leader, if this one leads. Returns at once. */
    interface HandOver {
        void to(NodeId next);
    }

    /** The progress of this master. */
    sealed interface State {
        /** It does not yet know everything that it may have forgotten, and takes no part. */
        record Checking() implements State {}

        /**
         * It knows what it must reach.
         *
         * @param floor no entry that it may have acknowledged is newer
         * @param term it may have voted in this term and earlier ones
         */
        record CatchingUp(TermIndex floor, long term) implements State {}

        /** Its log has everything that it ever acknowledged. */
        record Settled() implements State {}
    }

    /** The current log of this master. Any thread. */
    interface Log {
        /** The newest entry. */
        TermIndex end();

        /** The newest entry that is known to be committed and on stable storage here. */
        TermIndex acknowledged();

        long term();

        /** All voters, with this master if it is one. */
        Set<NodeId> voters();
    }

    /**
     * What a master remembers on disk beside its log.
     *
     * @param incarnation which run of the log this is
     * @param records what the other masters had
     * @param mark how far the log was forced to disk
     */
    record Memory(Incarnation incarnation, PeerRecords records, ForcedMark mark) {
        static Memory in(Path directory, Incarnation incarnation) throws IOException {
            return new Memory(
                    incarnation,
                    new PeerRecords(directory, System::nanoTime),
                    new ForcedMark(directory, System::nanoTime));
        }
    }

    /**
     * @param limit of one call
     * @param isNew whether the log is new rather than started again
     */
    LogRecovery(
            NodeId self,
            QuorumTransport transport,
            Duration limit,
            Memory memory,
            Log log,
            HandOver handOver,
            boolean isNew) {
        this.self = self;
        this.transport = transport;
        this.limit = limit;
        this.grace = limit.multipliedBy(2);
        this.incarnation = memory.incarnation();
        this.records = memory.records();
        this.mark = memory.mark();
        this.log = log;
        this.handOver = handOver;
        this.state = isNew ? new State.Settled() : new State.Checking();
    }

    void start() {
        Thread.ofPlatform().name("quorum-recall-" + self).daemon().start(this::run);
    }

    State state() {
        return state;
    }

    /** Throws unless this master may call others in the name of its log. */
    void checkSpeaks() throws IOException {
        if (!(state instanceof State.Settled)) {
            throw refused();
        }
    }

    /**
     * Throws unless this master may vote for such a candidate. A pre-vote binds nothing, and asks
     * in the current term.
     */
    void checkVotes(TermIndex candidateEnd, long candidateTerm, boolean preVote) throws IOException {
        boolean may = switch (state) {
            case State.Checking _ -> false;
            case State.CatchingUp(var floor, var term) ->
                candidateEnd.compareTo(floor) >= 0 && (preVote || candidateTerm > term);
            case State.Settled _ -> true;
        };
        if (!may) {
            throw refused();
        }
    }

    /**
     * Throws unless this master may follow, and acknowledge entries of, the leader of this term.
     */
    void checkFollows(NodeId leader, long leaderTerm) throws IOException {
        boolean may = switch (state) {
            case State.Checking _ -> {
                leadersHeard.add(leader);
                yield false;
            }
            case State.CatchingUp(var _, var term) -> leaderTerm >= term;
            case State.Settled _ -> true;
        };
        if (!may) {
            throw refused();
        }
    }

    private IOException refused() {
        return new IOException(
                self + " takes no part yet: what it may have forgotten is not known, or not made up for");
    }

    /** Answers another master's recall. Refuses one that is meant for another node (rule 13). */
    byte[] answer(PeerRecall peerRecall) throws IOException {
        if (!peerRecall.listener().equals(self)) {
            throw new IOException("a recall meant for " + peerRecall.listener() + " reached " + self);
        }
        PeerRecall.Known known = records.hear(peerRecall);
        callers.add(peerRecall.caller());
        if (peerRecall.starved()) {
            makeRoom(peerRecall.caller());
        }
        return new PeerRecall.Answer(known, incarnation.isOlder(), log.end(), log.term()).toBytes();
    }

    /**
     * Within one term, a Ratis leader does not send a follower again what the follower has
     * acknowledged. A follower that needs it again must get it from another leader.
     */
    private synchronized void makeRoom(NodeId starved) {
        long now = System.nanoTime();
        Optional<NodeId> next = answers.entrySet().stream()
                .filter(answer -> !answer.getValue().older())
                .map(Map.Entry::getKey)
                .filter(node -> !node.equals(starved) && log.voters().contains(node))
                .findFirst();
        if (next.isPresent() && now - handedOverNanos > BETWEEN_HAND_OVERS.toNanos()) {
            handedOverNanos = now;
            handOver.to(next.get());
        }
    }

    /** A part of a checkpoint arrived; it shows in the log only when the checkpoint is complete. */
    void fed() {
        fedNanos = System.nanoTime();
    }

    private synchronized boolean isStarved() {
        TermIndex end = log.end();
        if (!(state instanceof State.CatchingUp) || !end.equals(reached)) {
            reached = end;
            fed();
        }
        return System.nanoTime() - fedNanos > grace.toNanos();
    }

    private void run() {
        while (true) {
            try {
                mark.reached(log.acknowledged().getIndex());
                round();
                records.writeIfDue();
            } catch (IOException | RuntimeException e) {
                LOG.warn("not remembered node={} cause=\"{}\"", self, e.toString());
            }
            synchronized (this) {
                if (closed) {
                    return;
                }
                try {
                    wait((state instanceof State.Settled ? TELL_EVERY : ASK_EVERY).toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void round() throws IOException {
        Set<NodeId> others = new TreeSet<>(log.voters());
        others.remove(self);
        Set<NodeId> asked = new HashSet<>(others);
        asked.addAll(leadersHeard);
        asked.addAll(callers);
        asked.remove(self);
        asked.forEach(this::ask);
        weigh(others);
    }

    /** Makes at most one call to each peer at a time. */
    private void ask(NodeId peer) {
        if (!underWay.add(peer)) {
            return;
        }
        Thread.ofVirtual().name("quorum-recall-" + self + "-" + peer).start(() -> {
            try {
                int begun = inquiry;
                PeerRecall peerRecall = new PeerRecall(self, peer, incarnation.life(), log.acknowledged(), isStarved());
                byte[] answer = transport.call(peer, PeerMethod.RECALL.word(), peerRecall.toBytes(), limit);
                heard(peer, begun, PeerRecall.Answer.from(answer));
            } catch (IOException | RuntimeException _) {
                // The next round asks again; a log that is being closed cannot be asked either.
                silent(peer);
            } finally {
                underWay.remove(peer);
            }
        });
    }

    /** Ignores an answer to an earlier inquiry: this master may have acknowledged more since. */
    private synchronized void heard(NodeId peer, int begun, PeerRecall.Answer answer) throws IOException {
        if (begun != inquiry) {
            return;
        }
        answers.put(peer, answer);
        newestEnd = later(newestEnd, log.end());
        boolean older =
                answer.known().superseded() || answer.known().acknowledged().compareTo(newestEnd) > 0;
        if (older && !incarnation.isOlder()) {
            foundOlder(peer, answer);
        }
    }

    /**
     * Once settled, a silent peer's answer is dropped. While this master must find out what it
     * forgot, its silence may be short and the answer still counts.
     */
    private synchronized void silent(NodeId peer) {
        if (state instanceof State.Settled) {
            answers.remove(peer);
        }
    }

    private static TermIndex later(TermIndex a, TermIndex b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /**
     * Also for a master that is settled: a peer that knows more may have been away at the start.
     */
    private void foundOlder(NodeId peer, PeerRecall.Answer answer) throws IOException {
        LOG.error(
                "older log node={} end={} starts={} known={} startsKnown={} by={}: this server was put back from an older"
                        + " copy, or runs twice; it does not vote until it has caught up with the other masters",
                self,
                log.end(),
                incarnation.life().starts(),
                answer.known().acknowledged(),
                answer.known().starts(),
                peer);
        state = new State.Checking();
        inquireAnew();
        incarnation.foundOlder();
    }

    private synchronized void inquireAnew() {
        inquiry++;
        answers.clear();
    }

    private synchronized void weigh(Set<NodeId> others) throws IOException {
        switch (state) {
            case State.Settled _ -> {}
            case State.Checking _ -> check(others);
            case State.CatchingUp(var floor, var _) -> {
                if (log.end().compareTo(floor) >= 0) {
                    settleAgain();
                } else {
                    state = floor();
                }
            }
        }
    }

    private void check(Set<NodeId> others) throws IOException {
        boolean enough = incarnation.isOlder() ? isBounded(others) : isBelieved(others);
        if (enough && !othersRun()) {
            if (incarnation.isOlder()) {
                // Written again, because the disk may have refused it the first time.
                incarnation.foundOlder();
                state = floor();
            } else {
                state = new State.Settled();
            }
            LOG.info("log checked node={} end={} heard={} state={}", self, log.end(), answers.keySet(), state);
        } else if (++asks % ASKS_BEFORE_WARNING == 0) {
            warn(others);
        }
    }

    /**
     * Whether enough was heard: from all others; or, after the grace, from a majority with this
     * master, or from a leader.
     */
    private boolean isBelieved(Set<NodeId> others) {
        long heard = others.stream().filter(answers::containsKey).count();
        if (heard == others.size()) {
            return true;
        }
        boolean some = heard + 1 >= majority(others) || leadersHeard.stream().anyMatch(answers::containsKey);
        return some && System.nanoTime() - beganNanos > grace.toNanos();
    }

    /**
     * Whether every majority that this master may have been part of was heard. An answer of a
     * master that has forgotten something itself counts only if all were heard.
     */
    private boolean isBounded(Set<NodeId> others) {
        if (answers.keySet().containsAll(others)) {
            return true;
        }
        long sound = others.stream().filter(node -> hasForgottenNothing(node)).count();
        return sound > others.size() - (majority(others) - 1);
    }

    private boolean hasForgottenNothing(NodeId node) {
        PeerRecall.Answer answer = answers.get(node);
        return answer != null && !answer.older();
    }

    private static int majority(Set<NodeId> others) {
        return (others.size() + 1) / 2 + 1;
    }

    private boolean othersRun() {
        return answers.values().stream().anyMatch(answer -> answer.known().otherRuns());
    }

    /** A master without others has only its own log. */
    private State.CatchingUp floor() {
        TermIndex floor = answers.values().stream()
                .map(PeerRecall.Answer::end)
                .max(TermIndex::compareTo)
                .orElseGet(log::end);
        long term = answers.values().stream()
                .mapToLong(PeerRecall.Answer::term)
                .max()
                .orElseGet(log::term);
        return new State.CatchingUp(floor, term);
    }

    private void settleAgain() throws IOException {
        long starts = answers.values().stream()
                .mapToLong(answer -> answer.known().starts())
                .max()
                .orElse(0);
        incarnation.caughtUp(starts);
        inquireAnew();
        state = new State.Settled();
        LOG.info(
                "caught up node={} end={} starts={}",
                self,
                log.end(),
                incarnation.life().starts());
    }

    private void warn(Set<NodeId> others) {
        Set<NodeId> missing = new TreeSet<>(others);
        missing.removeAll(answers.keySet());
        String text = othersRun() ? "another process runs as this node" : "no answer of " + missing;
        if (!text.equals(warned)) {
            warned = text;
            LOG.warn("takes no part yet node={} older={} cause=\"{}\"", self, incarnation.isOlder(), text);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            records.writeIfChanged();
        } catch (IOException e) {
            LOG.warn("not remembered node={} cause=\"{}\"", self, e.toString());
        }
    }
}
