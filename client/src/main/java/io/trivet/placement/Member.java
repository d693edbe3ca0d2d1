package io.trivet.placement;

import io.trivet.model.NodeId;

/**
 * A node that is to have slots. A node that is drained, laid out or removed is not a member.
 *
 * @param weight its share of slots relative to other members; 1 or more
 * @param zone nodes of one zone may fail together; the empty name is a zone like any other, so that
 *     a cluster without zones is one zone
 */
public record Member(NodeId node, int weight, String zone) {
    public Member {
        if (weight < 1) {
            throw new IllegalArgumentException("a weight is 1 or more, not " + weight);
        }
    }
}
