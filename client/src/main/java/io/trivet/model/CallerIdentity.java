package io.trivet.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The authenticated identity of the peer of a connection. */
public sealed interface CallerIdentity {
    /** The peer has not authenticated. */
    record Anonymous() implements CallerIdentity {
        @Override
        public String toString() {
            return "anonymous";
        }
    }

    /**
     * A user.
     *
     * @param mark identifies the secret that was proven. No two secrets have the same mark, even if
     *     a user was removed and another one now has the name
     */
    record OfUser(String name, long mark) implements CallerIdentity {
        @Override
        public String toString() {
            return "user " + name;
        }
    }

    /**
     * A node of this cluster. Each request checks whether the node is one of the published set.
     *
     * @param key the node key in its certificate; null in a cluster without certificates
     */
    record OfNode(NodeId node, @Nullable UUID key) implements CallerIdentity {
        /** A node that authenticated with the secret of nodes. */
        public OfNode(NodeId node) {
            this(node, null);
        }

        @Override
        public String toString() {
            return "node " + node;
        }
    }
}
