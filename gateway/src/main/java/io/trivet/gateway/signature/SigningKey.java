package io.trivet.gateway.signature;

import io.trivet.wire.credentials.SignatureV4;

/** A key that was derived from a secret for one scope: the secret does not follow from it. */
public final class SigningKey {
    private final byte[] key;

    private SigningKey(byte[] key) {
        this.key = key;
    }

    /** The chain of HMACs that AWS prescribes. */
    public static SigningKey derive(String secret, CredentialScope scope) {
        return new SigningKey(SignatureV4.key(secret, scope.date(), scope.region()));
    }

    /** One that somebody else derived. */
    public static SigningKey ofBytes(byte[] derived) {
        return new SigningKey(derived.clone());
    }

    /** In hexadecimal, as it stands in requests. */
    String sign(String text) {
        return SignatureV4.sign(key, text);
    }

    /** Takes the same time wherever they differ. */
    static boolean same(String one, String other) {
        return SignatureV4.same(one, other);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "signing key";
    }
}
