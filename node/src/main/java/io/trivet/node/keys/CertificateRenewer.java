package io.trivet.node.keys;

import io.trivet.authority.NodeCertificate;
import io.trivet.authority.SigningRequest;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.SeedLeaderCalls;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this node's certificate when a third of its time is left, and when the cluster has another
 * authority. A master signs its own certificate, so a cluster that was off for longer than its
 * certificates last starts by itself. Other nodes ask the leader, on a connection without a client
 * certificate, since theirs may have expired. One thread.
 */
public final class CertificateRenewer {
    public static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewer.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration UNSURE = Duration.ofSeconds(10);

    private final NodeIdentity identity;
    private final TrustedAuthorities trustedAuthorities;
    private final NodeCertificate certificate;
    private final ClusterKeyStore safe;
    private final KnownCluster cluster;
    private final Duration life;
    private final ClusterClock clock;
    private final long beganMs;
    private Instant notBefore = Instant.MIN;

    public CertificateRenewer(
            NodeIdentity identity,
            TrustedAuthorities trustedAuthorities,
            NodeCertificate certificate,
            ClusterKeyStore safe,
            KnownCluster cluster,
            Duration life,
            ClusterClock clock) {
        this.identity = identity;
        this.trustedAuthorities = trustedAuthorities;
        this.certificate = certificate;
        this.safe = safe;
        this.cluster = cluster;
        this.life = life;
        this.clock = clock;
        this.beganMs = clock.monotonicMs();
    }

    /**
     * Does nothing while the certificate is valid for long enough. Waits up to 10 s until the
     * cluster's time is known, because no peer accepts a certificate made by a wrong clock; not
     * longer, because without a certificate this node may be unable to ask for the time.
     */
    public void round() {
        if (!clock.isAgreed() && clock.monotonicMs() - beganMs < UNSURE.toMillis()) {
            return;
        }
        Instant now = clock.now();
        boolean due = certificate.isDue(now) || !certificate.isOf(trustedAuthorities.authority());
        if (!due || now.isBefore(notBefore)) {
            return;
        }
        try {
            certificate.renew(next(now), trustedAuthorities.authority());
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

    /** Shorter when the certificate is about to expire. */
    private Duration pause(Instant now) {
        Duration left = Duration.between(now, certificate.until()).dividedBy(10);
        Duration shorter = left.compareTo(PAUSE) < 0 ? left : PAUSE;
        return shorter.compareTo(PERIOD) < 0 ? PERIOD : shorter;
    }

    private List<byte[]> next(Instant now) {
        byte[] request = certificate.key().signingRequest();
        NodeId self = identity.node();
        return safe.keys()
                .map(keys -> keys.authority()
                        .chain(self, SigningRequest.parse(request), now, life, trustedAuthorities.vouchers(now)))
                .orElseGet(() -> asked(request));
    }

    private CertificateTime time() {
        return (from, until) -> CertificateTime.isBetween(clock.now(), from, until);
    }

    private List<byte[]> asked(byte[] request) {
        List<Address> others = cluster.view().map(ClusterView::nodes).orElse(List.of()).stream()
                .filter(node -> !node.id().equals(identity.node()))
                .map(Node::address)
                .toList();
        try (Connector connector = new Connector(
                identity.node() + "-renewal",
                identity.cluster(),
                TransportSecurity.of(trustedAuthorities.now(), time()))) {
            connector.compareKeys(cluster::isKnown);
            return new SeedLeaderCalls(connector, others)
                    .renew(request, ASK_LIMIT)
                    .chain();
        }
    }
}
