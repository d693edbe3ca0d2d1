package io.trivet.cli.remote;

import io.trivet.client.TrivetClient;

/**
 * The cluster to which a command is connected.
 *
 * @param client the connection
 * @param own the account of the connection
 */
public record Remote(TrivetClient client, OwnSecret own) implements AutoCloseable {
    @Override
    public void close() {
        client.cluster().newTrust().ifPresent(own::believe);
        client.close();
    }
}
