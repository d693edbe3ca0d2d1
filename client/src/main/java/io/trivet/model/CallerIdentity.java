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
     * @param delegate the node that acts for the user; null where the user has proven the secret
     */
    record OfUser(String name, long mark, @Nullable Delegate delegate) implements CallerIdentity {
        /** A user who comes in person. */
        public OfUser(String name, long mark) {
            this(name, mark, null);
        }

        /** The user alone, whoever acts for it: what is counted for one user counts for all of these. */
        public OfUser person() {
            return new OfUser(name, 0);
        }

        @Override
        public String toString() {
            return delegate == null ? "user " + name : "user " + name + " by " + delegate.node();
        }
    }

    /**
     * A node that acts for a user, whose signed request it showed the leader.
     *
     * @param untilMs when that ends, in milliseconds since 1970 by the cluster's clock
     */
    record Delegate(NodeId node, long untilMs) {}

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
