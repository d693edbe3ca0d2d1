package io.trivet.wire.credentials;

import io.trivet.model.KeySuccession;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;

/** What an authority says of the one that takes its place: {@link KeySuccession}, with its certificates read. */
public record AuthorityVoucher(X509Certificate authority, X509Certificate voucher, X509Certificate before) {
    /** Throws {@link CertificateException} for what are no certificates, or none of which one vouches for another. */
    public static AuthorityVoucher of(KeySuccession keySuccession) throws CertificateException {
        AuthorityVoucher read = new AuthorityVoucher(
                certificate(keySuccession.authority()),
                certificate(keySuccession.voucher()),
                certificate(keySuccession.before()));
        read.check();
        return read;
    }

    private static X509Certificate certificate(String text) throws CertificateException {
        try {
            byte[] encoded = Base64.getDecoder().decode(text);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("not a certificate", e);
        }
    }

    /**
     * Throws {@link CertificateException} unless the one before has signed it for the new one's
     * key. Its time is for the caller to look at.
     */
    void check() throws CertificateException {
        boolean of = voucher.getPublicKey().equals(authority.getPublicKey()) && voucher.getBasicConstraints() >= 0;
        try {
            voucher.verify(before.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the authority before has not vouched for the new one", e);
        }
        if (!of) {
            throw new CertificateException("the authority before has vouched for another one");
        }
    }

    public TrustSettings.Authority newAuthority() {
        return TrustSettings.Authority.of(authority.getPublicKey());
    }

    public TrustSettings.Authority oldAuthority() {
        return TrustSettings.Authority.of(before.getPublicKey());
    }

    /** When the one before is believed no more. */
    public Instant until() {
        return voucher.getNotAfter().toInstant();
    }
}
