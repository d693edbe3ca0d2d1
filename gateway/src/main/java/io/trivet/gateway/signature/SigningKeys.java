package io.trivet.gateway.signature;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.wire.credentials.SignedText;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gives the gateway the keys that it checks signatures with. It never gives a secret: whoever holds
 * secrets, or asks somebody who does, derives the key of one user, one day and one region, for
 * whoever shows what the user has signed.
 */
@FunctionalInterface
public interface SigningKeys {
    /**
     * The key that made this signature. Throws {@link S3Exception} where the user has made none like
     * it. Any thread; may ask over the network.
     *
     * @param client the host that the request comes from
     */
    SigningKey of(SignedText signed, String client);

    /** Derived from secrets that are at hand; {@code secrets} gives that of an access key. */
    static SigningKeys ofSecrets(Function<String, Optional<String>> secrets) {
        return (signed, ignored) -> {
            String secret = secrets.apply(signed.accessKey())
                    .orElseThrow(() -> new S3Exception(
                            S3Error.INVALID_ACCESS_KEY_ID,
                            "There is no user with this access key: " + signed.accessKey()));
            byte[] key = signed.keyOf(secret);
            if (!signed.isSignedBy(key)) {
                throw new S3Exception(
                        S3Error.SIGNATURE_DOES_NOT_MATCH,
                        "The signature that was calculated does not match the one that was given. Check the secret.");
            }
            return SigningKey.ofBytes(key);
        };
    }
}
