package io.trivet.rescue;

import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.DiskPaths;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The result of a survey: every file id of which something was found, in order. */
final class FoundFiles {
    private final TreeMap<FileId, FoundFile> files = new TreeMap<>();
    private @Nullable ClusterId cluster;
    private long replicas;
    private long damaged;

    /**
     * Adds a file with a sound trailer. Refuses one of another cluster, since ids belong to one
     * cluster.
     */
    void add(ReplicaLocation.Usual disk, Path file, ChunkTrailer trailer) {
        Path usual = disk.file(trailer.header().chunk(), trailer.header().slot());
        add(usual.equals(file) ? disk : new ReplicaLocation.Elsewhere(file), file, trailer);
    }

    /** As above, for a replica at any place. */
    void add(ReplicaLocation location, Path named, ChunkTrailer trailer) {
        cluster = cluster == null ? trailer.cluster() : cluster;
        if (!cluster.equals(trailer.cluster())) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_CLUSTER,
                    named.toString(),
                    "it is of cluster " + trailer.cluster() + ", and the disks before of " + cluster
                            + ": rescue one cluster at a time");
        }
        replicas++;
        found(trailer.header().chunk().file()).add(trailer, location);
    }

    /** Adds a replica whose trailer cannot be trusted, but whose chunk is known. */
    void addDamaged(ChunkId chunk) {
        damaged++;
        found(chunk.file()).addDamaged(chunk.number());
    }

    /** Adds bytes of which nothing is known. */
    void addDamaged() {
        damaged++;
    }

    /** Adds a file whose trailer cannot be trusted. Its name may still tell which chunk it was. */
    void addDamaged(Path file) {
        damaged++;
        Optional<ChunkId> chunk = DiskPaths.chunkNamed(file);
        chunk.ifPresent(named -> found(named.file()).addDamaged(named.number()));
    }

    /** Empty while no sound trailer was found. */
    Optional<ClusterId> cluster() {
        return Optional.ofNullable(cluster);
    }

    /** What was found of an id; null for nothing. */
    @Nullable
    FoundFile find(FileId id) {
        return files.get(id);
    }

    boolean has(FileId id) {
        return files.containsKey(id);
    }

    Collection<FoundFile> files() {
        return files.values();
    }

    /** The number of replicas with a sound trailer. */
    long replicas() {
        return replicas;
    }

    /** The number of files without one. */
    long damaged() {
        return damaged;
    }

    private FoundFile found(FileId id) {
        return files.computeIfAbsent(id, FoundFile::new);
    }
}
