package io.trivet.wire.credentials;

import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The node that a certificate names, in its only alternative name, the URI {@code
 * trivet://CLUSTER/n3/KEY}. The certificate contains no address: addresses change, and a node is
 * identified by its number and key.
 *
 * @param key {@link #keyOf} its public key, which the namespace keeps for each node that joined
 */
public record CertifiedNode(ClusterId cluster, NodeId node, UUID key) {
    /** The tag of a URI among the alternative names of a certificate (RFC 5280, 4.2.1.6). */
    private static final int URI_NAME = 6;

    private static final Pattern URI = Pattern.compile("trivet://([0-9a-f-]{36})/(n\\d{1,9})/([0-9a-f-]{36})");

    /** 128 bits of the key's SHA-256, as a UUID. */
    public static UUID keyOf(PublicKey key) {
        try {
            ByteBuffer sum =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
            return new UUID(sum.getLong(), sum.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The URI in a certificate. */
    public String uri() {
        return "trivet://" + cluster + "/" + node + "/" + key;
    }

    private static CertifiedNode of(Matcher uri) throws CertificateException {
        try {
            return new CertifiedNode(
                    ClusterId.parse(uri.group(1)), NodeId.parse(uri.group(2)), UUID.fromString(uri.group(3)));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("the certificate is not that of a node", e);
        }
    }

    /**
     * Reads the node from a certificate. Throws {@link CertificateException} if it names none, or a
     * key other than the certificate's.
     */
    public static CertifiedNode of(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null || names.size() != 1) {
            throw new CertificateException("the certificate is not that of a node");
        }
        List<?> name = names.iterator().next();
        Matcher uri = URI.matcher(name.get(0).equals(URI_NAME) ? (String) name.get(1) : "");
        if (!uri.matches()) {
            throw new CertificateException("the certificate is not that of a node");
        }
        CertifiedNode named = of(uri);
        if (!named.key.equals(keyOf(certificate.getPublicKey()))) {
            throw new CertificateException("the certificate names another key than it has");
        }
        return named;
    }
}
