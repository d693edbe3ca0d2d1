package io.trivet.node;

import io.trivet.authority.NodeCertificate;
import io.trivet.authority.SigningRequest;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.Protection;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this node's certificate when a third of its time is left. A master signs its own, and needs nobody: so a cluster that was off for longer than its
 * certificates last comes up by itself. The others ask the leader, on a connection on which they show no certificate, since theirs may have run out. One
 * thread.
 */
final class Renewal {
    static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final NodeIdentity identity;
    private final NodeCertificate certificate;
    private final KeySafe safe;
    private final KnownCluster cluster;
    private final Duration life;
    private Instant notBefore = Instant.MIN;

    Renewal(NodeIdentity identity, NodeCertificate certificate, KeySafe safe, KnownCluster cluster, Duration life) {
        this.identity = identity;
        this.certificate = certificate;
        this.safe = safe;
        this.cluster = cluster;
        this.life = life;
    }

    /** Does nothing while the certificate is good for long. */
    void round() {
        Instant now = Instant.now();
        if (!certificate.isDue(now) || now.isBefore(notBefore)) {
            return;
        }
        try {
            certificate.renew(next(now));
            LOG.info("renewed certificate node={} until={}", identity.node(), certificate.until());
        } catch (IOException | TrivetException e) {
            LOG.warn(
                    "certificate not renewed node={} until={} cause=\"{}\"",
                    identity.node(),
                    certificate.until(),
                    e.getMessage());
            notBefore = now.plus(pause(now));
        }
    }

    /** Short when the end is near. */
    private Duration pause(Instant now) {
        Duration left = Duration.between(now, certificate.until()).dividedBy(10);
        Duration shorter = left.compareTo(PAUSE) < 0 ? left : PAUSE;
        return shorter.compareTo(PERIOD) < 0 ? PERIOD : shorter;
    }

    private List<byte[]> next(Instant now) {
        byte[] request = certificate.key().signingRequest();
        NodeId self = identity.node();
        return safe.keys()
                .map(keys -> keys.authority().chain(self, SigningRequest.parse(request), now, life))
                .orElseGet(() -> asked(request));
    }

    private List<byte[]> asked(byte[] request) {
        List<Address> others = cluster.view().map(ClusterView::nodes).orElse(List.of()).stream()
                .filter(node -> !node.id().equals(identity.node()))
                .map(Node::address)
                .toList();
        Trust trust = identity.trust();
        try (Connector connector =
                new Connector(identity.node() + "-renewal", identity.cluster(), Protection.of(trust))) {
            return new LeaderLink(connector, others).renew(request, ASK_LIMIT).chain();
        }
    }
}
