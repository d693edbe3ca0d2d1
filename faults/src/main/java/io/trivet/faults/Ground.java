package io.trivet.faults;

import io.trivet.faults.machine.Abilities;
import io.trivet.faults.machine.FakeClock;
import io.trivet.faults.machine.Network;
import io.trivet.faults.machine.Volume;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a cluster's nodes stand on: each has a home with two disks, on file systems and in a network of their own where the machine has the ability. */
final class Ground implements AutoCloseable {
    private static final long VOLUME_BYTES = 8L << 30;
    private static final int DISKS = 2;
    private static final int PORT = 7400;

    private final Path base;
    private final Abilities abilities;
    private final @Nullable Network network;
    private final Map<NodeId, List<Volume>> volumes = new TreeMap<>();

    private Ground(Path base, Abilities abilities, @Nullable Network network) {
        this.base = base;
        this.abilities = abilities;
        this.network = network;
    }

    static Ground make(Path base, int nodes, Abilities abilities) throws IOException {
        return new Ground(base, abilities, abilities.network() ? Network.make(nodes) : null);
    }

    Abilities abilities() {
        return abilities;
    }

    /** A node that is not started yet. */
    ServerProcess settle(NodeId node) throws IOException {
        Path home = Files.createDirectories(base.resolve(node.toString()));
        return new ServerProcess(
                home, address(node), new ServerProcess.Site(disks(node, home), prefix(node)), clock(home));
    }

    private Optional<FakeClock> clock(Path home) throws IOException {
        return abilities.clock().isEmpty()
                ? Optional.empty()
                : Optional.of(new FakeClock(abilities.clock().get(), home.resolve("clock")));
    }

    private List<Path> disks(NodeId node, Path home) throws IOException {
        List<Path> disks = new ArrayList<>();
        for (int number = 0; number < DISKS; number++) {
            Path mount = home.resolve("volume" + number);
            if (abilities.volumes()) {
                Volume volume = Volume.make(home.resolve("image" + number), mount, VOLUME_BYTES);
                volumes.computeIfAbsent(node, _ -> new ArrayList<>()).add(volume);
            }
            disks.add(Files.createDirectories(mount.resolve("disk")));
        }
        return disks;
    }

    private Address address(NodeId node) throws IOException {
        if (network != null) {
            return new Address(network.host(node.number()), PORT);
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    private List<String> prefix(NodeId node) {
        return network == null ? List.of() : network.prefix(node.number());
    }

    /** Throws where there is none: ask the {@link #abilities} first. */
    Network network() {
        if (network == null) {
            throw new IllegalStateException("the nodes have no network of their own");
        }
        return network;
    }

    /** In the order of the node's disks; none where disks have no file systems of their own. */
    List<Volume> volumes(NodeId node) {
        return volumes.getOrDefault(node, List.of());
    }

    /** All cuts joined, all ballast thrown out. */
    void heal() throws IOException {
        if (network != null) {
            network.heal();
        }
        for (List<Volume> disks : volumes.values()) {
            for (Volume volume : disks) {
                volume.free();
            }
        }
    }

    /** The nodes must have ended. */
    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
        volumes.values().forEach(disks -> disks.forEach(Volume::close));
    }
}
