package io.trivet.wire;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes a certificate that the one authority has signed, that is of its time, and that names a node. Host names play no part: the authority signs for
 * nodes of its cluster and for nobody else, so it takes the place of the names.
 */
final class AuthorityCheck extends X509ExtendedTrustManager {
    /** A node's certificate and the authority's: always both are sent, so that a fingerprint is all that the other end needs. */
    static final int CHAIN = 2;

    private final Trust.Authority authority;

    AuthorityCheck(Trust.Authority authority) {
        this.authority = authority;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length != CHAIN) {
            throw new CertificateException("a node shows its certificate and the authority's, not " + chain.length);
        }
        X509Certificate signer = chain[1];
        if (!Trust.Authority.of(signer.getPublicKey()).equals(authority)) {
            throw new CertificateException("its certificate is from another authority");
        }
        checkTime(chain[0]);
        checkSignature(chain[0], signer);
        CertifiedNode.of(chain[0]);
    }

    private static void checkTime(X509Certificate certificate) throws CertificateException {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new CertificateException(
                    "its certificate was good until "
                            + certificate.getNotAfter().toInstant() + ": check the clocks of both sides",
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new CertificateException(
                    "its certificate is good from " + certificate.getNotBefore().toInstant()
                            + " on: check the clocks of both sides",
                    e);
        }
    }

    private static void checkSignature(X509Certificate certificate, X509Certificate signer)
            throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(signer, null)));
            parameters.setRevocationEnabled(false);
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
