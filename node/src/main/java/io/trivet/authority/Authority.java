package io.trivet.authority;

import io.trivet.model.ClusterId;
import io.trivet.model.KeySuccession;
import io.trivet.model.NodeId;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.TrustSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs certificates for the nodes of one cluster. Its own certificate is valid for a hundred
 * years: peers trust its key, and trust ends when the key is replaced, not at a date.
 */
public final class Authority {
    private static final Duration OWN_LIFE = Duration.ofDays(36_525);

    /** Certificates are valid from this long before they are made, for slow clocks. */
    private static final Duration SLACK = Duration.ofHours(1);

    private static final int SERIAL_BITS = 128;

    private final ClusterId cluster;
    private final X509Certificate certificate;
    private final PrivateKey key;

    Authority(ClusterId cluster, X509Certificate certificate, PrivateKey key) {
        this.cluster = cluster;
        this.certificate = certificate;
        this.key = key;
    }

    /** A new authority, which no peer trusts yet. */
    static Authority make(ClusterId cluster, Instant now) {
        KeyPair pair = EllipticKeys.make();
        X500Principal name = new X500Principal("O=" + cluster + ",CN=trivet authority");
        try {
            X509v3CertificateBuilder builder =
                    builder(name, name, pair.getPublic(), now.minus(SLACK), now.plus(OWN_LIFE));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return new Authority(cluster, signed(builder, pair.getPrivate()), pair.getPrivate());
        } catch (IOException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    PrivateKey key() {
        return key;
    }

    /** How profiles and tokens identify it. */
    public TrustSettings.Authority trust() {
        return TrustSettings.Authority.of(certificate.getPublicKey());
    }

    /**
     * Vouches for another authority that replaces this one: peers that trust this one may trust the
     * other. At {@code until} this one is no longer trusted.
     */
    public KeySuccession succeededBy(Authority next, Instant now, Instant until) {
        try {
            X509v3CertificateBuilder builder = builder(
                    certificate.getSubjectX500Principal(),
                    next.certificate.getSubjectX500Principal(),
                    next.certificate.getPublicKey(),
                    now.minus(SLACK),
                    until);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return new KeySuccession(text(next.certificate), text(signed(builder, key)), text(certificate), 0);
        } catch (IOException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    private static String text(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    /** As below, followed by the vouchers with which others can trust this authority. */
    public List<byte[]> chain(NodeId node, SigningRequest request, Instant now, Duration life, List<byte[]> vouchers) {
        return Stream.concat(chain(node, request, now, life).stream(), vouchers.stream())
                .toList();
    }

    /**
     * A certificate for a member, valid for {@code life} from {@code now}, and the authority's own:
     * DER, in this order.
     */
    public List<byte[]> chain(NodeId node, SigningRequest request, Instant now, Duration life) {
        try {
            return List.of(sign(node, request.key(), now, life).getEncoded(), certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    private X509Certificate sign(NodeId node, PublicKey publicKey, Instant now, Duration life) {
        X500Principal name = new X500Principal("O=" + cluster + ",CN=" + node);
        Duration slack = life.compareTo(SLACK) < 0 ? life : SLACK;
        CertifiedNode holder = new CertifiedNode(cluster, node, CertifiedNode.keyOf(publicKey));
        try {
            X509v3CertificateBuilder builder =
                    builder(certificate.getSubjectX500Principal(), name, publicKey, now.minus(slack), now.plus(life));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, holder.uri())));
            return signed(builder, key);
        } catch (IOException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, PublicKey key, Instant from, Instant until) {
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
        return new JcaX509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(until), subject, key);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) throws IOException {
        try {
            byte[] encoded = builder.build(new JcaContentSignerBuilder(EllipticKeys.SIGNATURE).build(key))
                    .getEncoded();
            return certificate(encoded);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("every JDK signs with " + EllipticKeys.SIGNATURE, e);
        }
    }

    /** Reads DER. Throws {@link IllegalArgumentException} if it is no certificate. */
    static X509Certificate certificate(byte[] encoded) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a certificate: " + e.getMessage(), e);
        }
    }
}
