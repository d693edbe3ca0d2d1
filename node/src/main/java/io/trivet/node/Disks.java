package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskIdentity;
import io.trivet.chunk.DiskTree;
import io.trivet.chunk.LocalFiles;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which disks a node has, when it is started again: some are new, some are gone for good. Rule 12: a disk is formatted only where an operator names a
 * directory that the node does not have, and forgotten only where he says that it is gone.
 *
 * <p>A disk is formatted before the node's identity names it, and the loss of one is recorded before the identity names it no more; so a start that is cut
 * short can be repeated.
 */
final class Disks {
    private Disks() {}

    static List<Path> absolute(List<Path> disks) {
        return disks.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    }

    /** The identity with the disks that the options ask for. Durable on return. */
    static NodeIdentity changed(NodeOptions options, List<Path> forgotten, NodeIdentity identity) throws IOException {
        NodeIdentity fewer = without(options.data(), identity, absolute(forgotten));
        return with(options.data(), fewer, absolute(options.disks()));
    }

    private static NodeIdentity without(Path data, NodeIdentity identity, List<Path> forgotten) throws IOException {
        List<Path> kept = new ArrayList<>(identity.disks());
        for (Path disk : forgotten) {
            if (disk.equals(identity.disks().getFirst())) {
                throw bad(disk, "the node itself lives there: without it let the server join as a new node");
            }
            if (kept.contains(disk) && holdsChunks(disk, identity)) {
                throw bad(
                        disk,
                        "it is there and holds chunks of this node: leave out --forget-disk, or unmount it if it is to go");
            }
            kept.remove(disk);
        }
        if (kept.equals(identity.disks())) {
            return identity;
        }
        new LossEpoch(data).raise("disks forgotten: " + forgotten);
        NodeIdentity fewer = identity.withDisks(kept);
        fewer.write(data);
        return fewer;
    }

    private static NodeIdentity with(Path data, NodeIdentity identity, List<Path> wanted) throws IOException {
        List<Path> all = new ArrayList<>(identity.disks());
        for (Path disk : wanted) {
            if (!all.contains(disk)) {
                take(disk, identity);
                all.add(disk);
            }
        }
        if (all.equals(identity.disks())) {
            return identity;
        }
        NodeIdentity more = identity.withDisks(all);
        more.write(data);
        return more;
    }

    /** Formats it, unless it is a disk of this node already: one whose adding was cut short, or that was forgotten and is back. */
    private static void take(Path disk, NodeIdentity identity) throws IOException {
        Files.createDirectories(disk);
        Optional<DiskIdentity> found = identityOf(disk);
        if (found.isEmpty()) {
            ChunkStore.format(new LocalFiles(), disk, identity.cluster(), identity.node());
        } else if (!isOf(found.get(), identity)) {
            throw bad(
                    disk,
                    "it is a disk of node " + found.get().node() + " in cluster "
                            + found.get().cluster());
        }
    }

    private static Optional<DiskIdentity> identityOf(Path disk) throws IOException {
        Path file = new DiskTree(disk).identity();
        return Files.exists(file)
                ? Optional.of(DiskIdentity.parse(Files.readString(file), disk.toString()))
                : Optional.empty();
    }

    private static boolean isOf(DiskIdentity disk, NodeIdentity identity) {
        return disk.cluster().equals(identity.cluster()) && disk.node().equals(identity.node());
    }

    /** Whatever cannot be read holds nothing that anybody could have. */
    private static boolean holdsChunks(Path disk, NodeIdentity identity) {
        try {
            return identityOf(disk).filter(found -> isOf(found, identity)).isPresent() && hasFiles(disk);
        } catch (IOException | UncheckedIOException | TrivetException _) {
            return false;
        }
    }

    private static boolean hasFiles(Path disk) throws IOException {
        try (Stream<Path> files = Files.walk(new DiskTree(disk).chunks())) {
            return files.anyMatch(Files::isRegularFile);
        }
    }

    private static TrivetException bad(Path disk, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, disk.toString(), detail);
    }
}
