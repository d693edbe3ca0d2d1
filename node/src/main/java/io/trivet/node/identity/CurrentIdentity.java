package io.trivet.node.identity;

import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of the running node, as it is now. Every change is durable before anybody sees it.
 * Any thread.
 */
public final class CurrentIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentIdentity.class);

    private final Path data;
    private volatile NodeIdentity current;

    /** @param data the data directory that the identity was read from */
    public CurrentIdentity(Path data, NodeIdentity read) {
        this.data = data;
        this.current = read;
    }

    public NodeIdentity get() {
        return current;
    }

    public Path data() {
        return data;
    }

    /** The node is a member from now on: nothing of it is ever formatted again. */
    public synchronized void complete() throws IOException {
        write(current.completed());
    }

    /** For this node's next start. */
    public synchronized void believe(TrustSettings.Authority next) throws IOException {
        write(current.believing(next));
        LOG.info("believes another authority node={} authority={}", current.node(), next.text());
    }

    /** How far the node has come to a seat in the quorum of that epoch. */
    public synchronized void reach(NodeIdentity.Seating seating, int epoch) throws IOException {
        write(current.withSeating(seating, epoch));
    }

    private void write(NodeIdentity next) throws IOException {
        next.write(data);
        current = next;
    }
}
