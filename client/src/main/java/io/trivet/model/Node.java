package io.trivet.model;

/**
 * A node as the namespace knows it.
 *
 * @param weight its share of slots relative to the others; 1 or more
 * @param zone nodes of one zone may fail together; empty where zones are not used
 * @param lossEpoch raised whenever the node loses data it had acknowledged (rule 7)
 * @param master whether it is a voter of the quorum
 * @param part what it has of layouts
 */
public record Node(NodeId id, Address address, int weight, String zone, long lossEpoch, boolean master, Part part) {
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

    /** A node that has its usual part in layouts. */
    public Node(NodeId id, Address address, int weight, String zone, long lossEpoch, boolean master) {
        this(id, address, weight, zone, lossEpoch, master, Part.USUAL);
    }

    public String name() {
        return id.toString();
    }

    /** Whether it belongs to the cluster: one that was removed is still named, until nothing lies where only its row says where. */
    public boolean isMember() {
        return part.standing() != Standing.REMOVED;
    }

    public Node withMaster(boolean seated) {
        return new Node(id, address, weight, zone, lossEpoch, seated, part);
    }

    public Node withAddress(Address moved) {
        return new Node(id, moved, weight, zone, lossEpoch, master, part);
    }

    public Node withLossEpoch(long raised) {
        return new Node(id, address, weight, zone, raised, master, part);
    }

    public Node withPart(Part other) {
        return new Node(id, address, weight, zone, lossEpoch, master, other);
    }

    public Node withZone(String other) {
        return new Node(id, address, weight, other, lossEpoch, master, part);
    }

    public Standing standing() {
        return part.standing();
    }
}
