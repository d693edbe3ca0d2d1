package io.trivet.cli.remote;

import io.trivet.client.TrivetClient;

/**
 * A cluster that commands are connected to.
 *
 * @param client what speaks to it
 * @param own the account that it speaks for
 */
public record Remote(TrivetClient client, OwnSecret own) implements AutoCloseable {
    @Override
    public void close() {
        client.cluster().newTrust().ifPresent(own::believe);
        client.close();
    }
}
