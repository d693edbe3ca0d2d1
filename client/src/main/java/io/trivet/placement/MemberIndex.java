package io.trivet.placement;

import io.trivet.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The members of a layout, sorted by node id, and R. The planner identifies a member by its index,
 * from 0.
 */
final class MemberIndex {
    private final List<Member> members;
    private final List<NodeId> nodes;
    private final List<String> zones;
    private final int[] zoneOf;
    private final List<List<Integer>> inZone;
    private final int replicas;
    private final int zoneLimit;

    MemberIndex(List<Member> all, int replicas) {
        this.members = all.stream().sorted(Comparator.comparing(Member::node)).toList();
        this.nodes = members.stream().map(Member::node).toList();
        this.zones = members.stream().map(Member::zone).distinct().sorted().toList();
        this.zoneOf = members.stream()
                .mapToInt(member -> Collections.binarySearch(zones, member.zone()))
                .toArray();
        this.inZone = gather(zones.size(), zoneOf);
        this.replicas = replicas;
        if (nodes.stream().distinct().count() != nodes.size()) {
            throw new IllegalArgumentException("a node is a member once: " + nodes);
        }
        if (members.size() < replicas) {
            throw SlotCandidates.tooFew(
                    replicas,
                    members.size(),
                    "can have slots: let more join, take drained ones back, or ask for fewer replicas");
        }
        this.zoneLimit = findZoneLimit();
    }

    int count() {
        return members.size();
    }

    int replicas() {
        return replicas;
    }

    NodeId node(int member) {
        return nodes.get(member);
    }

    /** The index of a node; negative if it is not a member. */
    int indexOf(NodeId node) {
        return Collections.binarySearch(nodes, node);
    }

    long weight(int member) {
        return members.get(member).weight();
    }

    int zones() {
        return zones.size();
    }

    int zone(int member) {
        return zoneOf[member];
    }

    List<Integer> in(int zone) {
        return inZone.get(zone);
    }

    /**
     * The most replicas of a slot in one zone: R / zones, rounded up, or the least that is possible
     * if zones are too small.
     */
    int zoneLimit() {
        return zoneLimit;
    }

    private static List<List<Integer>> gather(int zones, int[] zoneOf) {
        List<List<Integer>> gathered = new ArrayList<>();
        for (int zone = 0; zone < zones; zone++) {
            gathered.add(new ArrayList<>());
        }
        for (int member = 0; member < zoneOf.length; member++) {
            gathered.get(zoneOf[member]).add(member);
        }
        return gathered;
    }

    private int findZoneLimit() {
        int limit = Math.ceilDiv(replicas, zones.size());
        while (room(limit) < replicas) {
            limit++;
        }
        return limit;
    }

    private int room(int limit) {
        return inZone.stream().mapToInt(zone -> Math.min(zone.size(), limit)).sum();
    }
}
