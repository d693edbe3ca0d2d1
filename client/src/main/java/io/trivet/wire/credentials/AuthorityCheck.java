package io.trivet.wire.credentials;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a certificate that the cluster's authority has signed, that is valid now, and that names a
 * node. It does not check host names: the authority signs only for nodes of its cluster.
 */
public final class AuthorityCheck extends X509ExtendedTrustManager {
    /**
     * A node sends its certificate and the authority's, so that the peer needs only a fingerprint.
     * While a former authority is trusted, two more certificates follow for each: its voucher for
     * the next authority, and its own certificate.
     */
    static final int CHAIN = 2;

    private static final int MAX_CHAIN = 10;

    private final Supplier<TrustSettings.Authority> authority;

    private final CertificateTime time;

    private final Runnable vouched;

    /**
     * @param vouched runs when a peer is trusted because a trusted authority vouches for one that
     *     is not known yet
     */
    public AuthorityCheck(Supplier<TrustSettings.Authority> authority, CertificateTime time, Runnable vouched) {
        this.vouched = vouched;
        this.authority = authority;
        this.time = time;
    }

    static boolean isChain(int length) {
        return length >= CHAIN && length <= MAX_CHAIN && length % 2 == 0;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (!isChain(chain.length)) {
            throw new CertificateException("a node shows its certificate and the authority's, not " + chain.length);
        }
        requireBelieved(chain);
        checkTime(chain[0], time);
        checkSignature(chain[0], chain[1]);
        CertifiedNode.of(chain[0]);
    }

    /** Requires that the authority is trusted, or that a trusted one vouches for it. */
    private void requireBelieved(X509Certificate[] chain) throws CertificateException {
        TrustSettings.Authority believed = authority.get();
        if (believed.believes(chain[1].getPublicKey(), time)) {
            return;
        }
        for (int at = CHAIN; at < chain.length; at += 2) {
            AuthorityVoucher authorityVoucher = new AuthorityVoucher(chain[at - 1], chain[at], chain[at + 1]);
            authorityVoucher.check();
            checkTime(authorityVoucher.voucher(), time);
            if (believed.believes(authorityVoucher.before().getPublicKey(), time)) {
                vouched.run();
                return;
            }
        }
        throw new CertificateException("its certificate is from another authority");
    }

    public static void checkTime(X509Certificate certificate, CertificateTime time) throws CertificateException {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (!time.isIn(from, until)) {
            throw new CertificateException(
                    "its certificate is good from " + from + " until " + until + ": check the clocks of both sides");
        }
    }

    private static void checkSignature(X509Certificate certificate, X509Certificate signer)
            throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(signer, null)));
            parameters.setRevocationEnabled(false);
            // The caller has checked the validity period by the cluster's time.
            parameters.setDate(certificate.getNotBefore());
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("its certificate is not what the authority signed: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
