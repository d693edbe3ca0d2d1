package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.time.Duration;

/** A running node. */
public final class TrivetNode implements AutoCloseable {
    private TrivetNode() {}

    /** Starts a node; it listens on return. Throws {@link io.trivet.model.TrivetException} with what to do where it cannot. */
    public static TrivetNode start(NodeOptions options) throws IOException {
        throw new UnsupportedOperationException("to be written " + options);
    }

    public NodeId id() {
        throw new UnsupportedOperationException("to be written");
    }

    /** Where it listens, with the port it got. */
    public Address address() {
        throw new UnsupportedOperationException("to be written");
    }

    /** Waits until a save would succeed, as far as this node can tell: there is a leader, and it knows this node. False when time is up. */
    public boolean awaitReady(Duration limit) {
        throw new UnsupportedOperationException("to be written " + limit);
    }

    /** One line that lets {@code uses} nodes join within {@code validFor}. */
    public String issueToken(Duration validFor, int uses) {
        throw new UnsupportedOperationException("to be written");
    }

    /** Stops listening and ends the node's threads. Nothing depends on it: {@code kill -9} is as good. */
    @Override
    public void close() {}
}
