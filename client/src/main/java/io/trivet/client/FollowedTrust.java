package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.TrustSettings;
import java.util.Optional;

/**
 * Whom a client believes: at first whom its options say, then whom the cluster says, where that
 * follows from it. Any thread.
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

    /** Empty while it is the first. */
    Optional<TrustSettings> changed() {
        TrustSettings current = now;
        return current.equals(first) ? Optional.empty() : Optional.of(current);
    }

    void follow(ClusterView view) {
        if (now instanceof TrustSettings.Authority known) {
            now = known.following(view.successions());
        }
    }

    /** {@code vouched} hears that somebody is believed whom only a former authority vouches for. */
    TransportSecurity security(Runnable vouched) {
        return first instanceof TrustSettings.Authority known
                ? TransportSecurity.believing(
                        () -> now instanceof TrustSettings.Authority current ? current : known,
                        CertificateTime.OF_THIS_MACHINE,
                        vouched)
                : TransportSecurity.of(first);
    }
}
