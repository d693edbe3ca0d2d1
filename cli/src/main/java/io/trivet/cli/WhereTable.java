package io.trivet.cli;

import io.trivet.client.FilePlacement;
import io.trivet.client.FilePlacement.ChunkPlacement;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Where a file is, as the table of chunks and nodes:
 *
 * <pre>
 * /data.csv: 500 MiB, 10 chunks x 2 replicas, first slot 0
 *
 * chunk  slot    length  nodes
 *     1     0    50 MiB  n0 n1
 *     2     1    50 MiB  n1 n3*  (n2 lacks it)
 * ...
 * n0 {1,3,4,6,7,9,10}
 * n1 {1,2,4,5,7,8,10}
 * </pre>
 *
 * A star marks a node that is none of the chunk's homes; a home without its replica is named beside it.
 */
record WhereTable(FilePlacement placement, Layout layout) {
    /** Says the table line by line: that of a large file is long. */
    void print(Consumer<String> out) {
        FileRecord record = placement.record();
        out.accept(Wording.visible(placement.path().toString()) + ": " + Wording.bytes(record.size()) + ", "
                + Wording.count(record.chunkCount(), "chunk") + " x "
                + Wording.count(placement.replicas(), "replica") + ", first slot " + record.first());
        out.accept("");
        out.accept("chunk  slot    length  nodes");
        for (ChunkPlacement chunk : placement.chunks()) {
            out.accept(row(chunk));
        }
        out.accept("");
        numbersByNode()
                .forEach((node, numbers) -> out.accept(
                        node + " " + numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"))));
        out.accept("");
        out.accept(verdict());
    }

    static Json json(FilePlacement placement) {
        return new Json()
                .put("path", placement.path().toString())
                .put("size", placement.record().size())
                .put("chunkSize", placement.record().chunkSize().bytes())
                .put("replicas", placement.replicas())
                .put("first", placement.record().first().number())
                .put("chunks", placement.chunks().stream().map(WhereTable::json).toList());
    }

    private static Json json(ChunkPlacement chunk) {
        return new Json()
                .put("number", chunk.number())
                .put("slot", chunk.slot().number())
                .put("length", chunk.length())
                .put("nodes", chunk.nodes().stream().map(NodeId::toString).toList());
    }

    private String row(ChunkPlacement chunk) {
        List<NodeId> homes = layout.homes(chunk.slot());
        String nodes = chunk.nodes().stream()
                .map(node -> homes.contains(node) ? node.toString() : node + "*")
                .collect(Collectors.joining(" "));
        String row = String.format(
                "%5d %5s %9s  %s",
                chunk.number(), chunk.slot(), Wording.bytes(chunk.length()), nodes.isEmpty() ? "none" : nodes);
        List<NodeId> lacking = lacking(chunk);
        return lacking.isEmpty()
                ? row
                : row + "  (" + join(lacking) + (lacking.size() == 1 ? " lacks it)" : " lack it)");
    }

    private List<NodeId> lacking(ChunkPlacement chunk) {
        List<NodeId> lacking = new ArrayList<>(layout.homes(chunk.slot()));
        lacking.removeAll(chunk.nodes());
        return lacking;
    }

    private Map<NodeId, List<Integer>> numbersByNode() {
        Map<NodeId, List<Integer>> numbers = new TreeMap<>();
        for (ChunkPlacement chunk : placement.chunks()) {
            for (NodeId node : chunk.nodes()) {
                numbers.computeIfAbsent(node, _ -> new ArrayList<>()).add(chunk.number());
            }
        }
        return numbers;
    }

    /** What is true of the whole, in one line. */
    private String verdict() {
        long missing = 0;
        long away = 0;
        long gone = 0;
        for (ChunkPlacement chunk : placement.chunks()) {
            List<NodeId> homes = layout.homes(chunk.slot());
            gone += chunk.nodes().isEmpty() ? 1 : 0;
            missing += Math.max(0, placement.replicas() - chunk.nodes().size());
            away += chunk.nodes().stream().filter(node -> !homes.contains(node)).count();
        }
        if (missing == 0 && away == 0) {
            return "every replica is there and at home";
        }
        List<String> facts = new ArrayList<>();
        if (missing > 0) {
            facts.add(Wording.count(missing, "replica") + " missing");
        }
        if (gone > 0) {
            facts.add(Wording.count(gone, "chunk") + " on no node that answers");
        }
        if (away > 0) {
            facts.add(Wording.count(away, "replica") + " at stand-ins (*)");
        }
        return String.join(", ", facts);
    }

    private static String join(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::toString).collect(Collectors.joining(", "));
    }
}
