package io.trivet.node.keys;

import io.trivet.authority.Authority;
import io.trivet.authority.ClusterKeys;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the cluster's keys, at the leader.
 *
 * <pre>
 *   1  the new version is added to cluster-keys here       durable; nothing uses it
 *   2  then on the other masters; a majority must have it  so that the next leader has it or can get it
 *   3  one command names its authority; the old authority vouches for it until the end of the overlap
 * </pre>
 *
 * <p>After step 3, each node that sees it in its view trusts the new authority, requests a
 * certificate from it, and trusts the old one until the end of the overlap. Interrupted before step
 * 3, nothing has changed: the next try discards the new version. Step 3 is a compare-and-set, so
 * that of a delayed try and a later one only one takes effect.
 */
public final class KeyRotation {
    static final Duration SHORTEST_OVERLAP = Duration.ofMinutes(1);
    static final Duration LONGEST_OVERLAP = Duration.ofDays(90);
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    private final NodeId self;
    private final RaftMember raftMember;
    private final ClusterKeyStore safe;
    private final TrustedAuthorities trustedAuthorities;
    private final Connector connector;
    private final ClusterClock clock;
    private final AtomicBoolean underWay = new AtomicBoolean();

    public KeyRotation(
            NodeId self,
            RaftMember raftMember,
            ClusterKeyStore safe,
            TrustedAuthorities trustedAuthorities,
            Connector connector,
            ClusterClock clock) {
        this.self = self;
        this.raftMember = raftMember;
        this.safe = safe;
        this.trustedAuthorities = trustedAuthorities;
        this.connector = connector;
        this.clock = clock;
    }

    /**
     * On return the keys are changed; nodes follow within seconds. Throws {@link TrivetException}.
     */
    public void rekey(Request.Rekey asked) throws IOException {
        if (!(trustedAuthorities.now() instanceof TrustSettings.Authority)) {
            throw bad("a cluster that speaks plaintext has no authority to replace: its keys stay");
        }
        if (asked.overlap().compareTo(SHORTEST_OVERLAP) < 0 || asked.overlap().compareTo(LONGEST_OVERLAP) > 0) {
            throw bad("the overlap is from a minute to 90 days");
        }
        if (!underWay.compareAndSet(false, true)) {
            throw TrivetException.of(Refusal.Kind.BUSY, "", "the keys are being changed");
        }
        try {
            change(asked);
        } finally {
            underWay.set(false);
        }
    }

    private void change(Request.Rekey asked) throws IOException {
        ClusterView view = viewNow();
        requireFollowed(view, asked.before());
        Authority before = safe.required().authority();
        ClusterKeys prepared = safe.prepare();
        distribute(view, prepared.file());
        TrustSettings.Authority made = prepared.authorities().getLast();
        Authority next = prepared.as(made).orElseThrow().authority();
        Instant now = clock.now();
        Command command = new Command.Rekey(asked.before(), before.succeededBy(next, now, now.plus(asked.overlap())));
        if (raftMember.submit(Operation.unnumbered(command)) instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        LOG.info("keys changed authority={} overlap={}", made.text(), asked.overlap());
    }

    private ClusterView viewNow() {
        return switch (raftMember.ask(new Query.View())) {
            case QueryResult.View(ClusterView view) -> view;
            case QueryResult.Refused(var refusal) -> throw new TrivetException(refusal);
            default -> throw new IllegalStateException("not an answer to a question for the view");
        };
    }

    private void requireFollowed(ClusterView view, int before) {
        if (view.successions().size() != before) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    "",
                    "the keys were changed " + view.successions().size() + " times, not " + before);
        }
        if (trustedAuthorities.changes() != before || !clock.isAgreed()) {
            throw TrivetException.of(Refusal.Kind.BUSY, "", "the leader does not know the last change yet: try again");
        }
        long overlapping = trustedAuthorities.authority().former().stream()
                .filter(former -> former.until().isAfter(clock.now()))
                .count();
        if (overlapping >= 2) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    "",
                    "two sets of keys are being replaced already: wait until one is no longer accepted");
        }
    }

    /**
     * Requires a majority, so that every possible leader can reach a master with the keys. A master
     * that is down requests them from another one later.
     */
    private void distribute(ClusterView view, byte[] file) {
        List<Node> others = view.masters().stream()
                .filter(master -> !master.id().equals(self))
                .toList();
        long have = 1 + others.stream().filter(master -> takes(master, file)).count();
        long masters = 1L + others.size();
        if (2 * have <= masters) {
            throw TrivetException.of(
                    Refusal.Kind.NO_QUORUM,
                    "",
                    "only " + have + " of " + masters
                            + " masters took the new keys, and nothing has changed: try again");
        }
    }

    private boolean takes(Node master, byte[] file) {
        try {
            connector.call(master.address(), new RequestEnvelope(master.id(), new Request.KeepKeys(file)), CALL_LIMIT);
            return true;
        } catch (TrivetException e) {
            LOG.warn("new keys not taken node={} cause=\"{}\"", master.id(), e.getMessage());
            return false;
        }
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "", detail);
    }
}
