package io.trivet.gateway;

import io.trivet.client.TrivetClient;

/**
 * Gives the gateway clients that can do what a user may, and no more. It is asked only for users
 * whose signature was checked.
 */
@FunctionalInterface
public interface Callers {
    /** The client of this user; it stays open for as long as the gateway serves. Any thread. */
    TrivetClient of(String accessKey);
}
