package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkId;
import io.trivet.model.Debt;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares the content of a healed cluster with what must be there: every name, every byte, and the
 * promised number of replicas on disk. Uses new clients without cached state.
 */
final class Audit implements AutoCloseable {
    private static final int READERS = 4;
    private static final long POLL_NANOS = 200_000_000;

    private final ProcessCluster cluster;
    private final TrivetClient client;
    private final Set<ChunkId> damaged;
    private final RunFigures runFigures;
    private List<ReplicaFiles> replicaFiles = List.of();
    private int files;
    private long bytes;

    /** For {@code damaged} chunks one replica suffices. */
    Audit(ProcessCluster cluster, Set<ChunkId> damaged, RunFigures runFigures) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.damaged = Set.copyOf(damaged);
        this.runFigures = runFigures;
    }

    void check(RemotePath directory, ExpectedTree expectedTree) {
        try {
            ObservedTree found = ObservedTree.of(client, directory);
            found.differences(expectedTree).forEach(line -> runFigures.violated("audit: " + line));
            lookAtDisks();
            int replicas = client.cluster().status().view().layout().replicas();
            found.files().forEach((path, record) -> checkReplicas(path, record, replicas));
            found.files().forEach((path, record) -> checkFromAllSides(path, record, expectedTree));
        } catch (TrivetException e) {
            runFigures.violated("audit: " + directory + " cannot be listed: " + e.getMessage());
        }
        for (Map.Entry<RemotePath, Content> file : expectedTree.files().entrySet()) {
            load(client, file.getKey(), file.getValue());
        }
    }

    private void checkReplicas(RemotePath path, FileRecord record, int replicas) {
        for (int number = 1; number <= record.chunkCount(); number++) {
            ChunkId chunk = record.chunk(number);
            int promised = damaged.contains(chunk) ? 1 : replicas;
            long there = holders(record, number);
            if (there < promised) {
                lookAtDisks(); // Replicas may have moved.
                there = holders(record, number);
            }
            if (there < promised) {
                runFigures.violated("audit: " + path + ": " + chunk + " in slot " + record.slotOf(number) + " has "
                        + there + " replicas on disk, promised were " + promised);
            }
        }
    }

    /**
     * Reads with several clients: each spreads its reads differently, so the damaged replica is
     * requested too.
     */
    private void checkFromAllSides(RemotePath path, FileRecord record, ExpectedTree expectedTree) {
        Content content = expectedTree.files().get(path);
        if (content == null
                || damaged.stream().noneMatch(chunk -> record.contents().contains(chunk.file()))) {
            return;
        }
        for (int reader = 0; reader < READERS; reader++) {
            try (TrivetClient another = cluster.client()) {
                load(another, path, content);
            }
        }
    }

    private void lookAtDisks() {
        replicaFiles = cluster.ids().stream()
                .map(node -> new ReplicaFiles(cluster.node(node).disks()))
                .toList();
    }

    private long holders(FileRecord record, int number) {
        return replicaFiles.stream().filter(node -> has(node, record, number)).count();
    }

    private boolean has(ReplicaFiles node, FileRecord record, int number) {
        try {
            return node.find(ReplicaFiles.name(record, number)).isPresent();
        } catch (IOException e) {
            runFigures.violated("audit: disks cannot be read: " + e.getMessage());
            return false;
        }
    }

    private void load(TrivetClient reader, RemotePath path, Content content) {
        try {
            Worker.loadToStream(reader, path, content);
            files++;
            bytes += content.size();
        } catch (TrivetException | IOException e) {
            runFigures.violated("audit: " + path + " cannot be loaded: " + e.getMessage());
        }
    }

    /**
     * Waits until the cluster reports that nothing is owed and that this was checked; returns the
     * time in ms.
     */
    long awaitNoDebt(Duration limit) {
        long begin = System.nanoTime();
        String debt = owed();
        while (!debt.isEmpty() && runFigures.violations().isEmpty()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                runFigures.violated("audit: debt is not 0 after " + limit + ": " + debt);
            }
            LockSupport.parkNanos(POLL_NANOS);
            debt = owed();
        }
        return (System.nanoTime() - begin) / 1_000_000;
    }

    /** The debt in words; empty if it is checked and zero. */
    private String owed() {
        try {
            Debt debt = client.cluster().debt();
            return debt.checked() && debt.owed() == 0 ? "" : debt.toString();
        } catch (TrivetException e) {
            return "nobody knows it: " + e.getMessage();
        }
    }

    TrivetClient client() {
        return client;
    }

    int files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        client.close();
    }
}
