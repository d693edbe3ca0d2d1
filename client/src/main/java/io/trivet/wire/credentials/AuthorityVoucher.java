package io.trivet.wire.credentials;

import io.trivet.model.KeySuccession;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;

/**
 * A {@link KeySuccession} with its certificates parsed: an old authority vouches for the new one.
 */
public record AuthorityVoucher(X509Certificate authority, X509Certificate voucher, X509Certificate before) {
    /**
     * Throws {@link CertificateException} unless these are certificates of which one vouches for
     * the other.
     */
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
     * Throws {@link CertificateException} unless the old authority has signed the voucher for the
     * new one's key. The caller checks the voucher's validity period.
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

    /** The time until which the old authority is trusted. */
    public Instant until() {
        return voucher.getNotAfter().toInstant();
    }
}
