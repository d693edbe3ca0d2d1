package io.trivet.authority;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** The only kind of key pair used here: elliptic curve, P-256. */
final class EllipticKeys {
    static final String SIGNATURE = "SHA256withECDSA";
    private static final String ALGORITHM = "EC";
    private static final String CURVE = "secp256r1";
    private static final int BITS = 256;

    private EllipticKeys() {}

    static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CURVE, e);
        }
    }

    /** Throws {@link IllegalArgumentException} if the bytes are no such key (PKCS #8). */
    static PrivateKey privateKey(byte[] encoded) {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a private key", e);
        }
    }

    /**
     * Throws {@link IllegalArgumentException} if the bytes are no such key (SubjectPublicKeyInfo),
     * or a key of another kind.
     */
    static PublicKey publicKey(byte[] encoded) {
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            if (key instanceof ECPublicKey elliptic
                    && elliptic.getParams().getCurve().getField().getFieldSize() == BITS) {
                return key;
            }
            throw new IllegalArgumentException("not a key on " + CURVE);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a public key", e);
        }
    }
}
