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

    /** A user, by the secret of this generation. */
    record OfUser(String name, long generation) implements Identity {
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
