package io.trivet.faults;

import io.trivet.chunk.DiskPaths;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Network;
import io.trivet.faults.machine.Volume;
import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.ChunkId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Injects faults into a cluster. Damages a replica only if another node holds a sound one of the
 * same chunk at that moment, and no chunk twice in a run, because a loss that two copies cannot
 * survive proves nothing.
 */
final class FaultInjector {
    private static final String NOTHING = "nothing to break";
    private static final int MAX_LISTINGS = 100;

    /** Less than the time of a start. */
    private static final int MAX_START_MS = 4000;

    /** A node keeps this part of a disk free. */
    private static final int RESERVE_PART = 20;

    private final ProcessCluster cluster;
    private final Random random;
    private final Set<Path> damaged = new HashSet<>();

    FaultInjector(ProcessCluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
    }

    /** Chunks of which one replica was damaged. */
    Set<ChunkId> damaged() {
        return damaged.stream()
                .flatMap(name -> DiskPaths.chunkNamed(name).stream())
                .collect(Collectors.toSet());
    }

    /** Injects a fault, and returns its description. */
    String apply(Fault fault) throws IOException {
        return switch (fault) {
            case Fault.Kill kill -> kill(kill.node());
            case Fault.KillLeader _ -> kill(leader());
            case Fault.KillAll _ -> {
                cluster.killAll();
                yield "kill -9 of all nodes";
            }
            case Fault.Pause pause -> pause(pause.node());
            case Fault.PauseLeader _ -> pause(leader());
            case Fault.FlipBit flip -> damage(flip.node(), (name, file) -> flipBit(name, file, flip.part()));
            case Fault.Truncate truncate -> damage(truncate.node(), this::truncate);
            case Fault.Delete delete -> damage(delete.node(), this::delete);
            case Fault.Isolate isolate -> isolate(isolate.node(), isolate.reach());
            case Fault.IsolateLeader isolate -> isolate(leader(), isolate.reach());
            case Fault.Mute mute -> {
                network().mute(mute.node().number(), false);
                yield mute.node() + " is not heard by the others";
            }
            case Fault.Deafen deafen -> {
                network().deafen(deafen.node().number(), false);
                yield deafen.node() + " does not hear the others";
            }
            case Fault.CutLink cut -> {
                network().cut(cut.one().number(), cut.other().number());
                yield "link cut between " + cut.one() + " and " + cut.other();
            }
            case Fault.SlowLink slow -> {
                network().slow(slow.node().number(), slow.kilobits());
                yield "link of " + slow.node() + " slowed to " + slow.kilobits() + " kbit/s";
            }
            case Fault.FillDisks fill -> fill(fill.node());
            case Fault.FillAll _ -> fillWholly("disks of all nodes", cluster.ids());
            case Fault.FillMasters _ -> {
                List<NodeId> masters = cluster.masters();
                yield fillWholly("disks of the masters " + masters, masters);
            }
            case Fault.FillLog fill -> {
                cluster.ground().log(fill.node()).orElseThrow().fill();
                yield "file system of the events full on " + fill.node();
            }
            case Fault.PowerLoss loss -> cutPower(List.of(loss.node()), loss.survival(), loss.seed(), loss.again());
            case Fault.PowerLossAll loss -> cutPower(cluster.ids(), loss.survival(), loss.seed(), loss.again());
            case Fault.UnplugDisk unplug -> unplug(unplug.node(), unplug.restarted());
            case Fault.WipeDisk wipe -> wipe(wipe.node());
            case Fault.JumpClock jump -> jumpClock(jump.node(), jump.by());
            case Fault.JumpLeaderClock jump -> jumpLeaderClock(jump.by());
            case Fault.Restore restore ->
                throw new IllegalArgumentException(restore + " is for those who know the worlds");
            case Fault.SnapshotReturned old -> returnSnapshot(old.node(), old.after());
        };
    }

    private Network network() {
        return cluster.ground().network();
    }

    private String isolate(NodeId node, Fault.Reach reach) throws IOException {
        boolean fromClients = reach == Fault.Reach.NODES_AND_CLIENTS;
        network().isolate(node.number(), fromClients);
        return node + " cut off from the others" + (fromClients ? " and the clients" : "");
    }

    /** Fills half of the reserve for the quorum's log; a further disk has no reserve. */
    private String fill(NodeId node) throws IOException {
        List<Volume> volumes = cluster.ground().volumes(node);
        volumes.getFirst().fillBut(volumes.getFirst().totalBytes() / RESERVE_PART / 2);
        for (Volume further : volumes.subList(1, volumes.size())) {
            further.fill();
        }
        return "disks full on " + node;
    }

    private String fillWholly(String which, List<NodeId> nodes) throws IOException {
        for (NodeId node : nodes) {
            for (Volume volume : cluster.ground().volumes(node)) {
                volume.fill();
            }
        }
        return which + " full to the last byte";
    }

    /** What is lost is decided when nobody runs any more. */
    private String cutPower(List<NodeId> nodes, SurvivalPolicy survival, long seed, boolean again) throws IOException {
        killAndCut(nodes, survival, seed);
        String said = "power of " + (nodes.size() == 1 ? nodes.getFirst() : "all nodes") + " cut, "
                + survival.name().toLowerCase(Locale.ROOT) + " " + seed;
        if (!again) {
            return said;
        }
        for (NodeId node : nodes) {
            cluster.node(node).restart();
        }
        int startMs = random.nextInt(MAX_START_MS);
        LockSupport.parkNanos(1_000_000L * startMs);
        killAndCut(nodes, survival, ~seed);
        return said + ", and again " + startMs + " ms after its return";
    }

    private void killAndCut(List<NodeId> nodes, SurvivalPolicy survival, long seed) throws IOException {
        nodes.forEach(node -> cluster.node(node).killNow());
        nodes.forEach(node -> cluster.node(node).kill());
        for (NodeId node : nodes) {
            cluster.ground().cutPower(node, survival, seed + 100L * node.number());
        }
    }

    private String unplug(NodeId node, boolean restarted) throws IOException {
        if (!hasSecondDisk(node)) {
            return NOTHING;
        }
        cluster.unplug(node, 1);
        if (restarted) {
            cluster.node(node).kill();
            cluster.node(node).restart();
            cluster.awaitReady(node);
        }
        return "second disk away on " + node + (restarted ? ", restarted without it" : "");
    }

    private boolean hasSecondDisk(NodeId node) {
        return Files.exists(new DiskPaths(cluster.node(node).disks().get(1)).identity());
    }

    /**
     * Moves the disk's directory away first, so that its files do not change while they are listed.
     */
    private String wipe(NodeId node) throws IOException {
        if (!hasSecondDisk(node)) {
            return NOTHING;
        }
        Path disk = cluster.node(node).disks().get(1);
        Path gone = disk.resolveSibling("wiped");
        Files.move(disk, gone);
        Files.createDirectory(disk);
        List<Path> lost = new ReplicaFiles(List.of(gone)).files();
        damaged.addAll(lost);
        return "second disk wiped on " + node + ", " + lost.size() + " replicas";
    }

    private String jumpClock(NodeId node, Duration by) throws IOException {
        cluster.node(node).kill();
        cluster.node(node).restartWithItsOwnClock();
        cluster.awaitReady(node);
        cluster.node(node).jumpClock(by);
        return "clock of " + node + " jumps by " + by;
    }

    /**
     * The leader is known only after the restart with another clock; it will probably lead again,
     * but not certainly.
     */
    private String jumpLeaderClock(Duration by) throws IOException {
        for (NodeId node : cluster.ids()) {
            cluster.node(node).kill();
            cluster.node(node).restartWithItsOwnClock();
        }
        for (NodeId node : cluster.ids()) {
            cluster.awaitReady(node);
        }
        NodeId leader = leader();
        cluster.node(leader).jumpClock(by);
        return "clock of the leader " + leader + " jumps by " + by;
    }

    private String returnSnapshot(NodeId node, Duration after) throws IOException {
        ServerProcess server = cluster.node(node);
        server.kill();
        Snapshot snapshot = Snapshot.of(server.disks(), server.profile().resolveSibling("snapshot"));
        server.restart();
        cluster.awaitReady(node);
        LockSupport.parkNanos(after.toNanos());
        server.kill();
        snapshot.putBack();
        return node + " put back to what its disks held " + after.toSeconds() + " s before";
    }

    private NodeId leader() throws IOException {
        return cluster.leader().orElseThrow(() -> new IOException("nobody leads, although every node serves"));
    }

    private String kill(NodeId node) {
        cluster.node(node).kill();
        return "kill -9 of " + node;
    }

    private String pause(NodeId node) throws IOException {
        cluster.node(node).pause();
        return "SIGSTOP of " + node;
    }

    private interface Damage {
        /** Damages the replica and nothing beside it, and returns how. */
        String to(Path name, ReplicaFiles.Replica replica) throws IOException;
    }

    private String damage(NodeId node, Damage damage) throws IOException {
        ReplicaFiles replicaFiles = replicas(node);
        Optional<Path> chosen = choose(node, replicaFiles);
        if (chosen.isEmpty()) {
            return NOTHING;
        }
        damaged.add(chosen.get());
        return damage.to(chosen.get(), replicaFiles.find(chosen.get()).orElseThrow()) + " on " + node;
    }

    /**
     * A chunk of a file that can be loaded, was never damaged, and is sound here and on another
     * node.
     */
    private Optional<Path> choose(NodeId node, ReplicaFiles replicaFiles) throws IOException {
        List<Path> names = new ArrayList<>(replicaFiles.files());
        names.removeAll(damaged);
        names.retainAll(chunksOfFiles());
        List<ReplicaFiles> beside = cluster.ids().stream()
                .filter(other -> !other.equals(node))
                .map(this::replicas)
                .toList();
        while (!names.isEmpty()) {
            Path name = names.remove(random.nextInt(names.size()));
            if (replicaFiles.isGood(name) && isGoodBeside(name, beside)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private Set<Path> chunksOfFiles() throws IOException {
        try (TrivetClient client = cluster.client()) {
            Set<Path> names = new HashSet<>();
            for (FileRecord record : allFiles(client)) {
                for (int number = 1; number <= record.chunkCount(); number++) {
                    names.add(ReplicaFiles.name(record, number));
                }
            }
            return names;
        } catch (TrivetException e) {
            throw new IOException("every node serves, and the namespace cannot be read: " + e.getMessage(), e);
        }
    }

    /** Retries, because workers remove directories during the listing. */
    private static Collection<FileRecord> allFiles(TrivetClient client) {
        for (int attempt = 1; ; attempt++) {
            try {
                return ObservedTree.of(client, RemotePath.ROOT).files().values();
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.NO_SUCH_FILE || attempt == MAX_LISTINGS) {
                    throw e;
                }
            }
        }
    }

    private static boolean isGoodBeside(Path name, List<ReplicaFiles> beside) throws IOException {
        for (ReplicaFiles other : beside) {
            if (other.isGood(name)) {
                return true;
            }
        }
        return false;
    }

    private ReplicaFiles replicas(NodeId node) {
        return new ReplicaFiles(cluster.node(node).disks());
    }

    private String flipBit(Path name, ReplicaFiles.Replica replica, Fault.Part part) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(replica.file().toFile(), "rw")) {
            long end = replica.start() + replica.size();
            long trailer = end - trailerBytes(file, end);
            boolean inData = part == Fault.Part.DATA && trailer > replica.start();
            long at = inData ? random.nextLong(replica.start(), trailer) : random.nextLong(trailer, end);
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1 << random.nextInt(8));
            return "bit flipped in the " + (inData ? "data" : "trailer") + " of " + name + " at byte "
                    + (at - replica.start());
        }
    }

    /** The trailer contains its own length 20 bytes before the end. */
    private static int trailerBytes(RandomAccessFile file, long end) throws IOException {
        file.seek(end - 20);
        return file.readInt();
    }

    /** In a volume, the end of the record becomes zeros. */
    private String truncate(Path name, ReplicaFiles.Replica replica) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(replica.file().toFile(), "rw")) {
            long left = random.nextLong(replica.size());
            if (replica.shared()) {
                file.seek(replica.start() + left);
                file.write(new byte[(int) (replica.size() - left)]);
            } else {
                file.setLength(left);
            }
            return name + " cut to " + left + " bytes";
        }
    }

    /** In a volume, the whole record becomes zeros, with its header. */
    private String delete(Path name, ReplicaFiles.Replica replica) throws IOException {
        if (!replica.shared()) {
            Files.delete(replica.file());
            return name + " deleted";
        }
        try (RandomAccessFile file = new RandomAccessFile(replica.file().toFile(), "rw")) {
            file.seek(replica.start() - ReplicaFiles.RECORD_HEADER_BYTES);
            file.write(new byte[(int) replica.size() + ReplicaFiles.RECORD_HEADER_BYTES]);
        }
        return name + " overwritten with zeros";
    }
}
