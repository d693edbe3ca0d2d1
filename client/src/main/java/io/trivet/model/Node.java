package io.trivet.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node as the namespace knows it.
 *
 * @param weight its share of slots relative to other nodes; 1 or more
 * @param zone nodes of one zone may fail together; empty if zones are not used
 * @param lossEpoch raised whenever the node loses data that it had acknowledged (rule 7)
 * @param master whether it is a voter of the quorum
 * @param nodeShare its part in layouts
 * @param key the node key with which it joined, the only one for which its certificates are valid;
 *     null if unknown
 */
public record Node(
        NodeId id,
        Address address,
        int weight,
        String zone,
        long lossEpoch,
        boolean master,
        NodeShare nodeShare,
        @Nullable UUID key) {
    public static final int MAX_ZONE = 64;

    public Node {
        if (weight < 1) {
            throw new IllegalArgumentException("a weight is 1 or more, not " + weight);
        }
        if (zone.length() > MAX_ZONE) {
            throw new IllegalArgumentException("a zone is at most " + MAX_ZONE + " characters");
        }
        if (lossEpoch < 0) {
            throw new IllegalArgumentException("a loss epoch is 0 or more, not " + lossEpoch);
        }
    }

    /** A node whose key is unknown. */
    public Node(
            NodeId id, Address address, int weight, String zone, long lossEpoch, boolean master, NodeShare nodeShare) {
        this(id, address, weight, zone, lossEpoch, master, nodeShare, null);
    }

    /** A node with the default part in layouts. */
    public Node(NodeId id, Address address, int weight, String zone, long lossEpoch, boolean master) {
        this(id, address, weight, zone, lossEpoch, master, NodeShare.USUAL);
    }

    public String name() {
        return id.toString();
    }

    /**
     * Whether it belongs to the cluster. A removed node is still listed while something can be
     * located only through its row.
     */
    public boolean isMember() {
        return nodeShare.adminState() != AdminState.REMOVED;
    }

    public Node withKey(@Nullable UUID joinedWith) {
        return new Node(id, address, weight, zone, lossEpoch, master, nodeShare, joinedWith);
    }

    /** Whether a certificate for this key is the node's. An unknown key on either side matches. */
    public boolean isOf(@Nullable UUID shown) {
        return key == null || shown == null || key.equals(shown);
    }

    public Node withMaster(boolean seated) {
        return new Node(id, address, weight, zone, lossEpoch, seated, nodeShare, key);
    }

    public Node withAddress(Address moved) {
        return new Node(id, moved, weight, zone, lossEpoch, master, nodeShare, key);
    }

    public Node withLossEpoch(long raised) {
        return new Node(id, address, weight, zone, raised, master, nodeShare, key);
    }

    public Node withPart(NodeShare other) {
        return new Node(id, address, weight, zone, lossEpoch, master, other, key);
    }

    public Node withZone(String other) {
        return new Node(id, address, weight, other, lossEpoch, master, nodeShare, key);
    }

    public AdminState standing() {
        return nodeShare.adminState();
    }
}
