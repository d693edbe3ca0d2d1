package io.trivet.node.cluster;

import io.trivet.model.ClusterView;
import io.trivet.model.KeySuccession;
import io.trivet.wire.credentials.AuthorityVoucher;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The authorities that this node trusts: the one in its identity, and after a key rotation the new one
 * that the former has signed. An authority in a view does not count without that signature. Any
 * thread.
 */
public final class TrustedAuthorities {
    /** Keeps it for the next start; durable on return. */
    public interface Keeper {
        void keep(TrustSettings.Authority next) throws IOException;
    }

    private volatile TrustSettings trustSettings;
    private volatile List<KeySuccession> successions = List.of();

    public TrustedAuthorities(TrustSettings trustSettings) {
        this.trustSettings = trustSettings;
    }

    public TrustSettings now() {
        return trustSettings;
    }

    /** Throws {@link IllegalStateException} where the cluster speaks plaintext. */
    public TrustSettings.Authority authority() {
        if (trustSettings instanceof TrustSettings.Authority authority) {
            return authority;
        }
        throw new IllegalStateException("a cluster without certificates");
    }

    /** How often the cluster's keys were changed, as far as this node was told. */
    public int changes() {
        return successions.size();
    }

    /** Whether an authority was one of the cluster's at some time, or is. */
    public boolean knows(TrustSettings.Authority other) {
        return (trustSettings instanceof TrustSettings.Authority now && now.isSame(other))
                || successions.stream().anyMatch(keySuccession -> isOf(keySuccession, other));
    }

    private static boolean isOf(KeySuccession keySuccession, TrustSettings.Authority other) {
        try {
            AuthorityVoucher authorityVoucher = AuthorityVoucher.of(keySuccession);
            return authorityVoucher.newAuthority().isSame(other)
                    || authorityVoucher.oldAuthority().isSame(other);
        } catch (CertificateException _) {
            return false;
        }
    }

    /**
     * Believes from now on whom the cluster believes. The keeper is told first: a node that dies in
     * between begins with the same view.
     */
    public synchronized void follow(ClusterView view, Keeper keeper) throws IOException {
        if (trustSettings instanceof TrustSettings.Authority known) {
            TrustSettings.Authority next = known.following(view.successions());
            if (!next.isSame(known)) {
                keeper.keep(next);
                trustSettings = next;
            }
            successions = view.successions();
        }
    }

    /**
     * What goes with a certificate of the authority of now, for those who do not know it yet: who
     * vouches for it, and who for that one. DER; empty when all of them are believed no more.
     */
    public List<byte[]> vouchers(Instant now) {
        List<byte[]> all = new ArrayList<>();
        try {
            for (KeySuccession keySuccession : successions.reversed()) {
                AuthorityVoucher authorityVoucher = AuthorityVoucher.of(keySuccession);
                if (!authorityVoucher.until().isAfter(now) || all.size() >= 2 * MAX_VOUCHERS) {
                    break;
                }
                all.add(authorityVoucher.voucher().getEncoded());
                all.add(authorityVoucher.before().getEncoded());
            }
        } catch (GeneralSecurityException _) {
            return List.of();
        }
        return all;
    }

    private static final int MAX_VOUCHERS = 4;
}
