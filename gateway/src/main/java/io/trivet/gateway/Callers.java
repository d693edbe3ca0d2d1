package io.trivet.gateway;

import io.trivet.client.TrivetClient;

/**
 * Gives the gateway clients that can do what a user may, and no more. It is asked only for users
 * whose signature was checked.
 */
@FunctionalInterface
public interface Callers {
    /** A user while a request of it is under way. */
    interface Caller extends AutoCloseable {
        TrivetClient client();

        /** The cluster has refused the client's login. */
        default void refused() {}

        /** The request is over; the client may be closed. */
        @Override
        void close();
    }

    /** The user with this access key. Any thread. */
    Caller of(String accessKey);
}
