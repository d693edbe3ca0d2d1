package io.trivet.cli.files;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
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
 * Where a file is, as a table of chunks and nodes:
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
 * A star marks a stand-in; homes without their replica are listed after it.
 */
public record WhereTable(FilePlacement placement, Layout layout) {
    private static final String ROW = "%5s %5s %9s  %s";
    /** Prints the table line by line, because that of a large file is long. */
    public void print(Consumer<Text> out) {
        FileRecord record = placement.record();
        if (record.chunkCount() == 0) {
            out.accept(Text.of("{0}: no chunk on any node: the file is empty", placement.path()));
            return;
        }
        out.accept(Text.of(
                "{0}: {1}, {2} x {3}, first slot {4}",
                placement.path(),
                Format.bytes(record.size()),
                Text.count(record.chunkCount(), "chunk"),
                Text.count(placement.replicas(), "replica"),
                record.first()));
        out.accept(Text.plain(""));
        out.accept(Text.row(ROW, Text.of("chunk"), Text.of("slot"), Text.of("length"), Text.of("nodes")));
        for (ChunkPlacement chunk : placement.chunks()) {
            out.accept(row(chunk));
        }
        out.accept(Text.plain(""));
        numbersByNode()
                .forEach((node, numbers) -> out.accept(Text.joined(node + " "
                        + numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}")))));
        out.accept(Text.plain(""));
        out.accept(verdict());
    }

    public static Json json(FilePlacement placement) {
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

    private Text row(ChunkPlacement chunk) {
        List<NodeId> homes = layout.homes(chunk.slot());
        String nodes = chunk.nodes().stream()
                .map(node -> homes.contains(node) ? node.toString() : node + "*")
                .collect(Collectors.joining(" "));
        return Text.row(
                ROW,
                chunk.number(),
                chunk.slot(),
                Format.bytes(chunk.length()),
                withLacking(nodes.isEmpty() ? Text.of("none") : Text.plain(nodes), lacking(chunk)));
    }

    private static Text withLacking(Text nodes, List<NodeId> lacking) {
        return switch (lacking.size()) {
            case 0 -> nodes;
            case 1 -> Text.of("{0}  ({1} lacks it)", nodes, lacking.getFirst());
            default -> Text.of("{0}  ({1} lack it)", nodes, Text.list(lacking));
        };
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

    /** The summary in one line. */
    private Text verdict() {
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
            return Text.of("every replica exists and is on its assigned node");
        }
        List<Text> facts = new ArrayList<>();
        if (missing > 0) {
            facts.add(Text.of("{0} missing", Text.count(missing, "replica")));
        }
        if (gone > 0) {
            facts.add(Text.of("{0} on no node that answers", Text.count(gone, "chunk")));
        }
        if (away > 0) {
            facts.add(Text.of("{0} at stand-ins (*)", Text.count(away, "replica")));
        }
        return Text.list(facts);
    }
}
