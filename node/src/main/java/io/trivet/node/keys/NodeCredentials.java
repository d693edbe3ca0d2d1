package io.trivet.node.keys;

import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What this node proves itself with; nothing in a cluster that speaks plaintext.
 *
 * @param transportSecurity of all its connections
 */
public record NodeCredentials(TransportSecurity transportSecurity, Optional<NodeCertificate> certificate) {
    /** What is in the directory of a node that was born. */
    public static NodeCredentials of(Path data, TrustSettings trustSettings) throws IOException {
        return of(data, new TrustedAuthorities(trustSettings), _ -> CertificateTime.OF_THIS_MACHINE);
    }

    /** As above, for the node that runs there. */
    public static NodeCredentials of(Path data, TrustedAuthorities trustedAuthorities, ClusterClock clock)
            throws IOException {
        return of(data, trustedAuthorities, certificate -> time(clock, certificate));
    }

    private static NodeCredentials of(
            Path data, TrustedAuthorities trustedAuthorities, Function<NodeCertificate, CertificateTime> time)
            throws IOException {
        return switch (trustedAuthorities.now()) {
            case TrustSettings.Plaintext plaintext ->
                new NodeCredentials(TransportSecurity.of(plaintext), Optional.empty());
            case TrustSettings.Authority _ -> {
                NodeCertificate certificate = NodeCertificate.in(data, NodeKey.in(data));
                yield new NodeCredentials(
                        TransportSecurity.of(
                                trustedAuthorities::authority, certificate::current, time.apply(certificate)),
                        Optional.of(certificate));
            }
        };
    }

    /**
     * A node that has just started does not know the time before another node has told it, and its
     * machine's clock may be far off. Until then it believes certificates as well that were good
     * together with its own: those of its cluster's nodes all were at some time.
     */
    private static CertificateTime time(ClusterClock clock, NodeCertificate own) {
        return (from, until) -> CertificateTime.isBetween(clock.now(), from, until)
                || (!clock.isAgreed() && !from.isAfter(own.until()) && !until.isBefore(own.from()));
    }

    /** Whether this node's own certificate is in its time. */
    public boolean isInTime(ClusterClock clock) {
        return certificate
                .filter(own -> !CertificateTime.isBetween(clock.now(), own.from(), own.until()))
                .isEmpty();
    }
}
