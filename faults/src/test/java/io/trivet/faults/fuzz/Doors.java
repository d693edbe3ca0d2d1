package io.trivet.faults.fuzz;

import io.trivet.chunk.ChunkDoors;
import io.trivet.cli.CliDoors;
import io.trivet.client.ClientDoors;
import io.trivet.namespace.NamespaceDoors;
import io.trivet.node.NodeDoors;
import io.trivet.quorum.QuorumDoors;
import io.trivet.wire.WireDoors;
import java.util.List;
import java.util.stream.Stream;

/** All of them. */
final class Doors {
    private Doors() {}

    static List<Door> all() {
        return Stream.of(
                        WireDoors.all(),
                        ClientDoors.all(),
                        ChunkDoors.all(),
                        NodeDoors.all(),
                        CliDoors.all(),
                        NamespaceDoors.all(),
                        QuorumDoors.all())
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
