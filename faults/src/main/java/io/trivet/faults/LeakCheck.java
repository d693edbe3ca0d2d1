package io.trivet.faults;

import io.trivet.chunk.DiskPaths;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether every chunk on a disk belongs to a content that a file has, when the grace is over. Only
 * after all clients were closed, since what an open save has stored is kept, too; and only if nothing
 * was restored: what is newer than a backup is kept for ever (rule 4).
 */
final class LeakCheck {
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final long POLL_NANOS = 500_000_000;

    private final ProcessCluster cluster;
    private final RunFigures runFigures;

    LeakCheck(ProcessCluster cluster, RunFigures runFigures) {
        this.cluster = cluster;
        this.runFigures = runFigures;
    }

    /** Waits until nothing is leaked; a violation after {@code limit}. Returns the time in ms. */
    long run(Duration limit) throws IOException {
        long begin = System.nanoTime();
        try (TrivetClient client = cluster.client()) {
            for (Upload upload : client.uploads().list()) {
                client.uploads().abort(upload.file());
            }
            client.cluster().setSweeping(true, GRACE);
            Map<String, Set<NodeId>> leaked = leaked(client);
            while (!leaked.isEmpty()) {
                if (System.nanoTime() - begin > limit.toNanos()) {
                    runFigures.violated("no file has these chunks " + limit + " after the last client: " + leaked);
                    break;
                }
                LockSupport.parkNanos(POLL_NANOS);
                leaked = leaked(client);
            }
            client.cluster().setSweeping(true, SweepSettings.USUAL_GRACE);
        } catch (TrivetException e) {
            throw new IOException("it cannot be checked what is leaked: " + e.getMessage(), e);
        }
        return (System.nanoTime() - begin) / 1_000_000;
    }

    /** Chunk files whose content no file has, with the nodes that have them. */
    private Map<String, Set<NodeId>> leaked(TrivetClient client) throws IOException {
        Set<FileId> living = new HashSet<>();
        ObservedTree.of(client, RemotePath.ROOT).files().values().forEach(record -> living.addAll(record.contents()));
        client.trash().files().forEach(file -> living.addAll(file.record().contents()));
        Map<String, Set<NodeId>> leaked = new TreeMap<>();
        for (NodeId node : cluster.ids()) {
            for (Path file : new ReplicaFiles(cluster.node(node).disks()).files()) {
                DiskPaths.chunkNamed(file)
                        .filter(chunk -> !living.contains(chunk.file()))
                        .ifPresent(chunk -> leaked.computeIfAbsent(chunk.toString(), _ -> new HashSet<>())
                                .add(node));
            }
        }
        return leaked;
    }
}
