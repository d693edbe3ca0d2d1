package io.trivet.faults;

import io.trivet.faults.machine.Abilities;
import io.trivet.faults.machine.FakeClock;
import io.trivet.faults.machine.Network;
import io.trivet.faults.machine.PowerLossVolume;
import io.trivet.faults.machine.Volume;
import io.trivet.faults.powerloss.PowerLossMachine;
import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a cluster's nodes: each has a home with two disks, and file systems and a
 * network of its own if the machine has these abilities.
 */
final class TestMachine implements AutoCloseable {
    private static final long VOLUME_BYTES = 8L << 30;
    private static final long LOG_BYTES = 512L << 20;
    private static final int DISKS = 2;
    private static final int PORT = 7400;

    private final Path base;
    private final Abilities abilities;
    private final @Nullable Network network;
    private final @Nullable PowerLossMachine power;
    private final Map<NodeId, List<Volume>> volumes = new TreeMap<>();
    private final Map<NodeId, Volume> logs = new TreeMap<>();

    private TestMachine(Path base, Abilities abilities, @Nullable Network network, @Nullable PowerLossMachine power) {
        this.base = base;
        this.abilities = abilities;
        this.network = network;
        this.power = power;
    }

    static TestMachine make(Path base, int nodes, Abilities abilities) throws IOException {
        PowerLossMachine power = abilities.powerLoss() ? PowerLossMachine.start(base.resolve("power.log")) : null;
        return new TestMachine(base, abilities, abilities.network() ? Network.make(nodes) : null, power);
    }

    Abilities abilities() {
        return abilities;
    }

    /** A node that is not started yet. */
    ServerProcess settle(NodeId node) throws IOException {
        Path home = Files.createDirectories(base.resolve(node.toString()));
        ServerProcess.Site site = new ServerProcess.Site(disks(node, home), logs(node, home), prefix(node));
        return new ServerProcess(home, address(node), site, clock(home));
    }

    /**
     * If power can be cut, the logs have a file system of their own, which can be full. Its power
     * is not cut, because the logs are read afterwards.
     */
    private Path logs(NodeId node, Path home) throws IOException {
        if (power == null) {
            return home;
        }
        Path mount = home.resolve("logs");
        logs.put(node, Volume.ofMachine(power, mount, LOG_BYTES));
        return mount;
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
            if (power != null) {
                add(node, Volume.ofMachine(power, mount, VOLUME_BYTES));
            } else if (abilities.volumes()) {
                add(node, Volume.inFile(home.resolve("image" + number), mount, VOLUME_BYTES));
            }
            Path disk = Files.createDirectories(mount.resolve("disk"));
            Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwx------"));
            sync(mount);
            disks.add(disk);
        }
        return disks;
    }

    private void add(NodeId node, Volume volume) {
        volumes.computeIfAbsent(node, _ -> new ArrayList<>()).add(volume);
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
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

    /** Throws if there is none: check {@link #abilities} first. */
    Network network() {
        if (network == null) {
            throw new IllegalStateException("the nodes have no network of their own");
        }
        return network;
    }

    /** In the order of the node's disks; empty if disks have no file systems of their own. */
    List<Volume> volumes(NodeId node) {
        return volumes.getOrDefault(node, List.of());
    }

    /** The file system of the node's log; empty if it has none of its own. */
    Optional<Volume> log(NodeId node) {
        return Optional.ofNullable(logs.get(node));
    }

    /** The power of the node's disks is cut; it must have ended. A disk of another seed each. */
    void cutPower(NodeId node, SurvivalPolicy survival, long seed) throws IOException {
        long next = seed;
        for (Volume volume : volumes(node)) {
            if (!(volume instanceof PowerLossVolume disk)) {
                throw new IllegalStateException("the power of " + node + " cannot be cut");
            }
            disk.cut(survival, next++);
        }
    }

    /** Repairs all links and frees all filled space. */
    void heal() throws IOException {
        if (network != null) {
            network.heal();
        }
        for (List<Volume> disks : volumes.values()) {
            for (Volume volume : disks) {
                volume.free();
            }
        }
        for (Volume log : logs.values()) {
            log.free();
        }
    }

    /** The nodes must have ended. */
    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
        volumes.values().forEach(disks -> disks.forEach(Volume::close));
        if (power != null) {
            logs.keySet().forEach(this::keepLog);
            power.close();
        }
    }

    /**
     * Copies the logs before their file system is removed; they are needed most after a violation.
     */
    private void keepLog(NodeId node) {
        Path home = base.resolve(node.toString());
        try (Stream<Path> files = Files.list(home.resolve("logs"))) {
            for (Path file : files.toList()) {
                Files.copy(file, home.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            System.getLogger("faults").log(System.Logger.Level.WARNING, "no logs of " + node + ": " + e.getMessage());
        }
    }
}
