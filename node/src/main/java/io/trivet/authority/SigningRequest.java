package io.trivet.authority;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
import java.io.IOException;
import java.security.PublicKey;
import java.util.UUID;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A request for a certificate, signed with the key that it is for. Everything else in it is
 * ignored.
 */
public record SigningRequest(PublicKey key) {
    /**
     * Reads PKCS #10 from an untrusted source. Throws {@code BAD_REQUEST} unless it is a request
     * signed by its own key, on P-256.
     */
    public static SigningRequest parse(byte[] encoded) {
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(encoded);
            PublicKey key =
                    EllipticKeys.publicKey(request.getSubjectPublicKeyInfo().getEncoded());
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("its signature is not that of its key");
            }
            return new SigningRequest(key);
        } catch (IOException | PKCSException | OperatorCreationException | RuntimeException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, "", "not a request for a certificate: " + e.getMessage()), e);
        }
    }

    /** The node key by which the namespace identifies a node with this key. */
    public UUID keyId() {
        return CertifiedNode.keyOf(key);
    }
}
