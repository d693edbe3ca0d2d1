package io.trivet.gateway.signature;

import java.util.Optional;

/**
 * Gives the gateway the keys that it checks signatures with. It never gives a secret: whoever holds
 * secrets, or asks somebody who does, derives the key of one user, one day and one region.
 */
@FunctionalInterface
public interface SigningKeys {
    /** Empty where there is no such user. Any thread; may ask over the network. */
    Optional<SigningKey> of(String accessKey, CredentialScope scope);
}
