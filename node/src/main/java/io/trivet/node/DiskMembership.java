package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskIdentity;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.identity.LossEpoch;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.NodeIdentity.DiskPlace;
import io.trivet.node.identity.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which disks a node has when it is restarted: some may be new, some permanently gone. Rule 12: a
 * disk is formatted only if an operator names a directory that the node does not have yet, and
 * forgotten only if an operator says that it is gone. The first disk is the data directory; a
 * further one is identified by its own id, wherever it is mounted, so paths may change.
 *
 * <p>A disk is formatted before the node's identity names it, and its loss is recorded before the
 * identity drops it, so an interrupted start can be repeated.
 */
final class DiskMembership {
    private static final Logger LOG = LoggerFactory.getLogger(DiskMembership.class);

    private DiskMembership() {}

    static List<Path> absolute(List<Path> disks) {
        return disks.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    }

    /** The data directory and further disks of a new node. */
    static List<DiskPlace> first(NodeOptions options) throws IOException {
        List<DiskPlace> places = new ArrayList<>();
        places.add(new DiskPlace(absolute(List.of(options.data())).getFirst(), Optional.empty()));
        for (Path disk : absolute(options.disks())) {
            requireFurther(disk, options.data());
            places.add(new DiskPlace(disk, Optional.empty()));
        }
        return places;
    }

    /**
     * The identity with the disks that the options request, each at its present place. Durable on
     * return.
     */
    static NodeIdentity changed(NodeOptions options, List<Path> forgotten, NodeIdentity identity) throws IOException {
        Path data = options.data();
        List<Path> wanted = absolute(options.disks());
        for (Path disk : wanted) {
            requireFurther(disk, data);
        }
        noticeCopy(data, identity);
        NodeIdentity found = found(identity, wanted);
        NodeIdentity all = with(without(data, found, absolute(forgotten)), wanted);
        if (!all.equals(identity)
                || !NodeIdentity.writtenIn(data).equals(Optional.of(all.disks().getFirst()))) {
            all.write(data);
        }
        return all;
    }

    private static void requireFurther(Path disk, Path data) throws IOException {
        if (disk.equals(data.toAbsolutePath().normalize())
                || (Files.exists(disk) && Files.exists(data) && Files.isSameFile(disk, data))) {
            throw bad(disk, "it is the node's own directory, which is its first disk anyway: leave out this --disk");
        }
    }

    /**
     * Detects that the directory is a copy and the original still exists: the node may have stored
     * chunks there that are not in the copy, so that counts as a loss. A moved directory lost
     * nothing.
     */
    private static void noticeCopy(Path data, NodeIdentity identity) throws IOException {
        Path here = identity.disks().getFirst();
        Optional<Path> before = NodeIdentity.writtenIn(data).filter(path -> !path.equals(here));
        if (before.isEmpty() || (Files.exists(before.get()) && Files.isSameFile(before.get(), here))) {
            return;
        }
        LOG.warn("the data directory was moved or copied from={} to={}", before.get(), here);
        if (identityAt(before.get()).filter(found -> isOf(found, identity)).isPresent()) {
            new LossEpoch(data)
                    .raise("this is a copy of " + before.get() + ", which may hold chunks that are not in the copy");
        }
    }

    /**
     * Finds each further disk where it is mounted now: at its place, at that of another disk, or at
     * a requested place.
     */
    private static NodeIdentity found(NodeIdentity identity, List<Path> wanted) {
        Map<UUID, Path> seen = new HashMap<>();
        Stream.concat(identity.disks().stream().skip(1), wanted.stream())
                .forEach(path -> identityAt(path)
                        .filter(disk -> isOf(disk, identity))
                        .ifPresent(disk -> seen.putIfAbsent(disk.disk(), path)));
        List<DiskPlace> places = new ArrayList<>();
        for (DiskPlace place : identity.places()) {
            Optional<UUID> there = identityAt(place.path())
                    .filter(disk -> isOf(disk, identity))
                    .map(DiskIdentity::disk);
            if (place.disk().isEmpty() || place.disk().equals(there)) {
                places.add(new DiskPlace(place.path(), there));
            } else {
                places.add(new DiskPlace(seen.getOrDefault(place.disk().get(), place.path()), place.disk()));
            }
        }
        return identity.withDisks(places);
    }

    private static NodeIdentity without(Path data, NodeIdentity identity, List<Path> forgotten) throws IOException {
        List<DiskPlace> kept = new ArrayList<>(identity.places());
        for (Path disk : forgotten) {
            if (disk.equals(identity.disks().getFirst())) {
                throw bad(disk, "the node itself lives there: without it let the server join as a new node");
            }
            if (identity.disks().contains(disk) && holdsChunks(disk, identity)) {
                throw bad(
                        disk,
                        "it is there and holds chunks of this node: leave out --forget-disk, or unmount it if it is to go");
            }
            kept.removeIf(place -> place.path().equals(disk));
        }
        if (kept.equals(identity.places())) {
            return identity;
        }
        new LossEpoch(data).raise("disks forgotten: " + forgotten);
        return identity.withDisks(kept);
    }

    private static NodeIdentity with(NodeIdentity identity, List<Path> wanted) throws IOException {
        List<DiskPlace> all = new ArrayList<>(identity.places());
        for (Path disk : wanted) {
            if (all.stream().noneMatch(place -> place.path().equals(disk))) {
                UUID taken = take(disk, identity);
                requireNew(disk, taken, all);
                all.add(new DiskPlace(disk, Optional.of(taken)));
            }
        }
        return identity.withDisks(all);
    }

    private static void requireNew(Path disk, UUID taken, List<DiskPlace> all) {
        for (DiskPlace other : all) {
            if (other.disk().equals(Optional.of(taken))) {
                throw bad(disk, "it is the same disk as " + other.path() + ", or a copy of it: name it once");
            }
        }
    }

    /** Empty if the path does not exist or the identity there cannot be trusted. */
    private static Optional<DiskIdentity> identityAt(Path disk) {
        try {
            return identityOf(disk);
        } catch (IOException | TrivetException _) {
            return Optional.empty();
        }
    }

    /**
     * Formats a disk, unless it belongs to this node already because its addition was interrupted
     * or it was forgotten and is back.
     */
    private static UUID take(Path disk, NodeIdentity identity) throws IOException {
        PrivateDirectory.make(disk);
        Optional<DiskIdentity> found = identityOf(disk);
        if (found.isEmpty()) {
            return ChunkStore.format(new SystemDiskFiles(), disk, identity.cluster(), identity.node())
                    .disk();
        }
        if (!isOf(found.get(), identity)) {
            throw bad(
                    disk,
                    "it is a disk of node " + found.get().node() + " in cluster "
                            + found.get().cluster());
        }
        return found.get().disk();
    }

    private static Optional<DiskIdentity> identityOf(Path disk) throws IOException {
        Path file = new DiskPaths(disk).identity();
        return Files.exists(file)
                ? Optional.of(DiskIdentity.parse(Files.readString(file), disk.toString()))
                : Optional.empty();
    }

    private static boolean isOf(DiskIdentity disk, NodeIdentity identity) {
        return disk.cluster().equals(identity.cluster()) && disk.node().equals(identity.node());
    }

    /** A disk that cannot be read holds nothing usable. */
    private static boolean holdsChunks(Path disk, NodeIdentity identity) {
        try {
            return identityOf(disk).filter(found -> isOf(found, identity)).isPresent() && hasFiles(disk);
        } catch (IOException | UncheckedIOException | TrivetException _) {
            return false;
        }
    }

    private static boolean hasFiles(Path disk) throws IOException {
        DiskPaths tree = new DiskPaths(disk);
        return hasFilesBelow(tree.chunks()) || (Files.exists(tree.volumes()) && hasFilesBelow(tree.volumes()));
    }

    private static boolean hasFilesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(Files::isRegularFile);
        }
    }

    private static TrivetException bad(Path disk, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, disk.toString(), detail);
    }
}
