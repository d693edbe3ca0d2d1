package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.TrustSettings;
import java.util.Optional;

/**
 * The authority that a client trusts: first that of its options, later the one that the cluster
 * names, if the chain of vouchers leads to it. Any thread.
 */
final class FollowedTrust {
    private final TrustSettings first;
    private volatile TrustSettings now;

    FollowedTrust(TrustSettings first) {
        this.first = first;
        this.now = first;
    }

    TrustSettings now() {
        return now;
    }

    /** Empty while it is the first one. */
    Optional<TrustSettings> changed() {
        TrustSettings current = now;
        return current.equals(first) ? Optional.empty() : Optional.of(current);
    }

    void follow(ClusterView view) {
        if (now instanceof TrustSettings.Authority known) {
            now = known.following(view.successions());
        }
    }

    /**
     * {@code vouched} is called when a peer is trusted only through a former authority's voucher.
     */
    TransportSecurity security(Runnable vouched) {
        return first instanceof TrustSettings.Authority known
                ? TransportSecurity.believing(
                        () -> now instanceof TrustSettings.Authority current ? current : known,
                        CertificateTime.OF_THIS_MACHINE,
                        vouched)
                : TransportSecurity.of(first);
    }
}
