package io.trivet.node.keys;

import io.trivet.authority.ClusterKeys;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a rotation of the cluster's keys ({@link KeyRotation}) on each node: trusts the new
 * authority, fetches the new keys on a master that lacks them, and rewraps the users' secrets on
 * the leader. Every step is idempotent and resumes after a crash. One thread.
 */
public final class KeyMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(KeyMaintenance.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 200;

    private final NodeId self;
    private final KnownCluster cluster;
    private final TrustedAuthorities trustedAuthorities;
    private final TrustedAuthorities.Keeper keeper;
    private final ClusterKeyStore safe;
    private final RaftMember raftMember;
    private final Connector connector;

    /** The number of successions after which this leader has rewrapped all secrets. */
    private int wrappedAfter;

    public KeyMaintenance(
            NodeId self,
            KnownCluster cluster,
            TrustedAuthorities trustedAuthorities,
            TrustedAuthorities.Keeper keeper,
            ClusterKeyStore safe,
            RaftMember raftMember,
            Connector connector) {
        this.self = self;
        this.cluster = cluster;
        this.trustedAuthorities = trustedAuthorities;
        this.keeper = keeper;
        this.safe = safe;
        this.raftMember = raftMember;
        this.connector = connector;
    }

    public void round() {
        try {
            follow();
            if (safe.lacksCurrent()) {
                ask();
            }
            rewrap();
        } catch (IOException | TrivetException e) {
            LOG.warn("keys not followed node={} cause=\"{}\": tried again soon", self, e.getMessage());
        }
    }

    /** Called first at a start: credentials and trusted authorities follow from the stored view. */
    void follow() throws IOException {
        ClusterView view = cluster.view().orElse(null);
        if (view != null) {
            trustedAuthorities.follow(view, keeper);
        }
    }

    private void ask() throws IOException {
        List<Node> masters = cluster.view().map(ClusterView::masters).orElse(List.of());
        for (Node master : masters) {
            if (!master.id().equals(self) && asked(master)) {
                LOG.info("has the new keys of the cluster node={} from={}", self, master.id());
                return;
            }
        }
    }

    private boolean asked(Node master) throws IOException {
        try {
            RequestEnvelope request = new RequestEnvelope(master.id(), new Request.GetClusterKeys());
            if (connector.call(master.address(), request, CALL_LIMIT) instanceof Reply.Sealed(byte[] file)) {
                safe.keep(file);
            }
        } catch (TrivetException e) {
            LOG.info("no keys from node={} cause=\"{}\"", master.id(), e.getMessage());
        }
        return !safe.lacksCurrent();
    }

    private void rewrap() {
        int changes = trustedAuthorities.changes();
        if (!raftMember.leads() || changes == 0) {
            wrappedAfter = 0;
            return;
        }
        ClusterKeys keys = safe.keys().orElse(null);
        Namespace namespace = raftMember.namespace().current().orElse(null);
        if (changes == wrappedAfter || keys == null || namespace == null) {
            return;
        }
        if (rewrapped(keys, namespace)) {
            wrappedAfter = changes;
            LOG.info("the secrets of all users are wrapped under the keys of now");
        }
    }

    /** False if secrets are left. */
    private boolean rewrapped(ClusterKeys keys, Namespace namespace) {
        int left = MOST_AT_ONCE;
        String after = "";
        while (namespace.answer(new Query.Users(after, Query.MAX_USERS)) instanceof QueryResult.Users page
                && !page.users().isEmpty()) {
            for (User user : page.users()) {
                if (rewrapped(keys, namespace, user.name()) && --left == 0) {
                    return false;
                }
            }
            after = page.users().getLast().name();
        }
        return true;
    }

    private boolean rewrapped(ClusterKeys keys, Namespace namespace, String name) {
        String purpose = Keyring.purpose(name);
        Namespace.WrappedSecret secret = namespace.secretOf(name).orElse(null);
        if (secret == null || keys.isCurrent(purpose, secret.wrapped())) {
            return false;
        }
        byte[] anew = keys.wrap(purpose, keys.unwrap(purpose, secret.wrapped()));
        raftMember.submit(Operation.unnumbered(new Command.Rewrap(name, secret.mark(), anew)));
        return true;
    }
}
