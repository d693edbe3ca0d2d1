package io.trivet.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The authenticated identity of the peer of a connection. */
public sealed interface CallerIdentity {
    /** Nobody has proved anything. */
    record Anonymous() implements CallerIdentity {
        @Override
        public String toString() {
            return "anonymous";
        }
    }

    /**
     * A user, by the secret that has this mark: no two secrets have the same, also where a user was
     * removed and another one has the name.
     */
    record OfUser(String name, long mark) implements CallerIdentity {
        @Override
        public String toString() {
            return "user " + name;
        }
    }

    /**
     * A node of this cluster. Whether it is one of the published set is asked for each request.
     *
     * @param key of its certificate; null where there are no certificates
     */
    record OfNode(NodeId node, @Nullable UUID key) implements CallerIdentity {
        /** One that proved itself by the secret of nodes. */
        public OfNode(NodeId node) {
            this(node, null);
        }

        @Override
        public String toString() {
            return "node " + node;
        }
    }
}
