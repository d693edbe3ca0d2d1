package io.trivet.placement;

import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The shares of {@link SlotShares} by bisection: one level for all members, capped by the limits of
 * zones and nodes.
 */
final class SlowShares {
    private SlowShares() {}

    static Map<NodeId, Double> of(List<Member> members, int replicas) {
        Map<String, List<Member>> zones = zones(members);
        int limit = zoneLimit(members, replicas);
        double level = levelOf(
                x -> zones.values().stream()
                        .mapToDouble(zone -> Math.min(room(zone, limit), poured(zone, x)))
                        .sum(),
                (double) Slot.COUNT * replicas);
        Map<NodeId, Double> shares = new HashMap<>();
        for (List<Member> zone : zones.values()) {
            double total = Math.min(room(zone, limit), poured(zone, level));
            double own = levelOf(x -> poured(zone, x), total);
            zone.forEach(member -> shares.put(member.node(), Math.min(Slot.COUNT, own * member.weight())));
        }
        return shares;
    }

    static Map<String, List<Member>> zones(List<Member> members) {
        return members.stream().collect(Collectors.groupingBy(Member::zone, TreeMap::new, Collectors.toList()));
    }

    /** The lowest limit of at least R / zones that leaves room for R replicas. */
    static int zoneLimit(List<Member> members, int replicas) {
        Map<String, List<Member>> zones = zones(members);
        return IntStream.rangeClosed(Math.ceilDiv(replicas, zones.size()), replicas)
                .filter(limit -> zones.values().stream()
                                .mapToInt(zone -> Math.min(zone.size(), limit))
                                .sum()
                        >= replicas)
                .findFirst()
                .orElseThrow();
    }

    private static double room(List<Member> zone, int limit) {
        return (double) Slot.COUNT * Math.min(limit, zone.size());
    }

    private static double poured(List<Member> zone, double level) {
        return zone.stream()
                .mapToDouble(member -> Math.min(Slot.COUNT, level * member.weight()))
                .sum();
    }

    /** The argument at which a rising function reaches {@code wanted}. */
    private static double levelOf(DoubleUnaryOperator rising, double wanted) {
        double low = 0;
        double high = 1e6;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (rising.applyAsDouble(middle) < wanted - 1e-7) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
