package io.trivet.node.identity;

import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current identity of the running node. Every change is durable before it is visible. Any
 * thread.
 */
public final class CurrentIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentIdentity.class);

    private final Path data;
    private volatile NodeIdentity current;

    /** @param data the data directory from which the identity was read */
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

    /** Marks the node as a member: from now on its directories are never formatted again. */
    public synchronized void complete() throws IOException {
        write(current.completed());
    }

    /** Stores the authority to trust, for the next start. */
    public synchronized void believe(TrustSettings.Authority next) throws IOException {
        write(current.believing(next));
        LOG.info("believes another authority node={} authority={}", current.node(), next.text());
    }

    /** Records the node's progress to a seat in the quorum of this epoch. */
    public synchronized void reach(NodeIdentity.Seating seating, int epoch) throws IOException {
        write(current.withSeating(seating, epoch));
    }

    private void write(NodeIdentity next) throws IOException {
        next.write(data);
        current = next;
    }
}
