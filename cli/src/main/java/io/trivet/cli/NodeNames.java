package io.trivet.cli;

import io.trivet.model.NodeId;

/** Nodes as they are written on a command line. */
final class NodeNames {
    private NodeNames() {}

    /** Throws {@link WrongUsage} for what is no name of a node. */
    static NodeId parse(String word) {
        try {
            return NodeId.parse(word.strip());
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(
                    Text.of("a node is called n0, n1, ... as in `trivet nodes list`: {0}", Complaint.reason(e)));
        }
    }
}
