package io.trivet.model;

/** Who is at the other end of a connection, as far as he has proved it. */
public sealed interface Identity {
    /** Nobody has proved anything. */
    record Anonymous() implements Identity {
        @Override
        public String toString() {
            return "anonymous";
        }
    }

    /**
     * A user, by the secret that has this mark: no two secrets have the same, also where a user was removed and another one has the name.
     */
    record OfUser(String name, long mark) implements Identity {
        @Override
        public String toString() {
            return "user " + name;
        }
    }

    /** A node of this cluster. Whether it is one of the published set is asked for each request. */
    record OfNode(NodeId node) implements Identity {
        @Override
        public String toString() {
            return "node " + node;
        }
    }
}
