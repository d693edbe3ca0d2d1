package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.TrustSettings;
import java.util.Optional;

/**
 * The authorities that a client trusts: first those of its options, then their successors according
 * to the cluster. Any thread.
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

    /** The current authorities if they differ from the first; otherwise empty. */
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
     * @param vouched called when a peer is trusted only because a former authority vouches for its
     *     authority
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
