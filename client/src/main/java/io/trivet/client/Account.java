package io.trivet.client;

import io.trivet.model.User;
import io.trivet.wire.credentials.Secret;

/**
 * A client's user and the secret that proves it. The secret is never sent; {@link #toString} does
 * not show it.
 */
public record Account(String accessKey, Secret secret) {
    /** Throws {@link io.trivet.model.TrivetException} for an access key that no user can have. */
    public Account {
        User.checkName(accessKey);
    }
}
