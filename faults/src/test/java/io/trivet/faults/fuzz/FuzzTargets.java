package io.trivet.faults.fuzz;

import io.trivet.chunk.ChunkFuzzTargets;
import io.trivet.cli.CliFuzzTargets;
import io.trivet.client.ClientFuzzTargets;
import io.trivet.namespace.NamespaceFuzzTargets;
import io.trivet.node.NodeFuzzTargets;
import io.trivet.quorum.QuorumFuzzTargets;
import io.trivet.wire.WireFuzzTargets;
import java.util.List;
import java.util.stream.Stream;

/** All fuzz targets. */
final class FuzzTargets {
    private FuzzTargets() {}

    static List<Door> all() {
        return Stream.of(
                        WireFuzzTargets.all(),
                        ClientFuzzTargets.all(),
                        ChunkFuzzTargets.all(),
                        NodeFuzzTargets.all(),
                        CliFuzzTargets.all(),
                        NamespaceFuzzTargets.all(),
                        QuorumFuzzTargets.all())
                .flatMap(List::stream)
                .toList();
    }

    static Door named(String name) {
        return all().stream()
                .filter(door -> door.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no door " + name));
    }
}
