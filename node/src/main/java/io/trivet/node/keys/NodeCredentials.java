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
 * What this node authenticates with; nothing in a plaintext cluster.
 *
 * @param transportSecurity of all its connections
 */
public record NodeCredentials(TransportSecurity transportSecurity, Optional<NodeCertificate> certificate) {
    /** From the data directory of an existing node. */
    public static NodeCredentials of(Path data, TrustSettings trustSettings) throws IOException {
        return of(data, new TrustedAuthorities(trustSettings), _ -> CertificateTime.OF_THIS_MACHINE);
    }

    /** As above, for a running node. */
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
     * A node that has just started does not know the cluster's time yet, and its own clock may be
     * wrong. Until then it also accepts certificates whose validity overlaps with its own, as those
     * of its cluster's nodes did at some time.
     */
    private static CertificateTime time(ClusterClock clock, NodeCertificate own) {
        return (from, until) -> CertificateTime.isBetween(clock.now(), from, until)
                || (!clock.isAgreed() && !from.isAfter(own.until()) && !until.isBefore(own.from()));
    }

    /** Whether this node's own certificate is within its validity period. */
    public boolean isInTime(ClusterClock clock) {
        return certificate
                .filter(own -> !CertificateTime.isBetween(clock.now(), own.from(), own.until()))
                .isEmpty();
    }
}
