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
 * The authorities that this node trusts: the one in its identity, and after a key rotation the new
 * one that the old one has signed. An authority in a view does not count without that signature.
 * Any thread.
 */
public final class TrustedAuthorities {
    /** Stores the authority for the next start; durable on return. */
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

    /** Throws {@link IllegalStateException} in a plaintext cluster. */
    public TrustSettings.Authority authority() {
        if (trustSettings instanceof TrustSettings.Authority authority) {
            return authority;
        }
        throw new IllegalStateException("a cluster without certificates");
    }

    /** The number of successions of the cluster's keys, as far as this node knows. */
    public int changes() {
        return successions.size();
    }

    /** Whether an authority is or was one of the cluster's. */
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
     * Trusts the cluster's present authority from now on. The keeper stores it first: a node that
     * dies in between starts with the same view.
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
     * The certificates to send with a certificate of the present authority, for peers that do not
     * know it yet: its voucher, and those of former authorities. DER; empty if none of them is
     * still trusted.
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
