package io.trivet.cli;

import io.trivet.client.ClusterStatus;
import io.trivet.client.ClusterStatus.NodeStatus;
import io.trivet.client.FilePlacement;
import io.trivet.client.FilePlacement.ChunkPlacement;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Things to draw. */
public final class Samples {
    private Samples() {}

    /** 500 MiB in ten chunks, in slots 0 to 9. */
    public static FileRecord tenChunks() {
        return new FileRecord(
                new FileId(1, 42),
                500L << 20,
                ChunkSize.DEFAULT,
                new Slot(0),
                0x1a2b3c4d,
                Instant.parse("2026-11-22T10:15:30.123Z"),
                "ada",
                0640);
    }

    /** The textbook chain. */
    public static Layout chain(int nodes, int replicas) {
        List<List<NodeId>> homes = new ArrayList<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            int first = slot;
            homes.add(IntStream.range(0, replicas)
                    .mapToObj(k -> new NodeId((first + k) % nodes))
                    .toList());
        }
        return new Layout(1, replicas, homes);
    }

    /** Every replica at home. */
    public static FilePlacement placement(RemotePath path, FileRecord record, Layout layout) {
        List<ChunkPlacement> chunks = IntStream.rangeClosed(1, record.chunkCount())
                .mapToObj(number -> new ChunkPlacement(
                        number, record.slotOf(number), record.chunkLength(number), layout.homes(record.slotOf(number))))
                .toList();
        return new FilePlacement(path, record, layout.replicas(), chunks);
    }

    public static ClusterStatus status() {
        List<Node> nodes = IntStream.range(0, 3)
                .mapToObj(k -> new Node(new NodeId(k), new Address("127.0.0.1", 7777 + k), 1, "", 0, true))
                .toList();
        ClusterView view = new ClusterView(
                ClusterId.parse("00000000-0000-0000-0000-00000000002a"),
                9,
                1,
                ChunkSize.DEFAULT,
                0,
                nodes,
                List.of(chain(3, 2)));
        return new ClusterStatus(
                view,
                Optional.of(new NodeId(1)),
                List.of(
                        new NodeStatus(new NodeId(0), true, 350L << 20, 20L << 30, true),
                        new NodeStatus(new NodeId(1), true, 300L << 20, 1L << 30, false),
                        new NodeStatus(new NodeId(2), false, 0, 0, false)));
    }

    /** One node alone, R = 1. */
    public static ClusterStatus trial() {
        ClusterView view = new ClusterView(
                ClusterId.parse("00000000-0000-0000-0000-00000000002a"),
                9,
                1,
                ChunkSize.DEFAULT,
                0,
                List.of(new Node(new NodeId(0), new Address("127.0.0.1", 7777), 1, "", 0, true)),
                List.of(chain(1, 1)));
        return new ClusterStatus(
                view, Optional.empty(), List.of(new NodeStatus(new NodeId(0), true, 0, 20L << 30, true)));
    }

    /** Three replicas that a silent node should hold. */
    public static Debt debt() {
        return new Debt(
                3,
                150L << 20,
                34,
                1,
                0,
                10L << 20,
                false,
                null,
                "n2 does not answer, so nothing can be checked",
                0,
                List.of());
    }
}
