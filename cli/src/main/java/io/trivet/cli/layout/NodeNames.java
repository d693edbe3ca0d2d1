package io.trivet.cli.layout;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.model.NodeId;

/** Parses node names from the command line. */
public final class NodeNames {
    private NodeNames() {}

    /** Throws {@link WrongUsage} for an invalid name. */
    public static NodeId parse(String word) {
        try {
            return NodeId.parse(word.strip());
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(
                    Text.of("a node is called n0, n1, ... as in `trivet nodes list`: {0}", ErrorMessage.reason(e)));
        }
    }
}
