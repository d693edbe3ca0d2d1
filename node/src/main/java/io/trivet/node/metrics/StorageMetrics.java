package io.trivet.node.metrics;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.DiskStatus;
import io.trivet.model.Slot;
import io.trivet.node.identity.LossEpoch;
import io.trivet.repair.SlotDigests;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Disks and chunks. */
public record StorageMetrics(ChunkStore store, SlotDigests digests, LossEpoch lossEpoch) implements MetricSource {
    /** No more files in quarantine are counted than this: then somebody has been told long ago. */
    private static final int MAX_COUNTED = 10_000;

    @Override
    public void read(Metrics into) {
        for (DiskStatus disk : store.disks()) {
            add(into, disk);
        }
        for (DiskStatus.State state : DiskStatus.State.values()) {
            into.gauge(
                    "trivet_disks",
                    "Disks of this node by state. failed and refused ones hold nothing that counts.",
                    store.disks().stream().filter(disk -> disk.state() == state).count(),
                    "state",
                    word(state));
        }
        chunks(into);
        into.counter(
                "trivet_losses_total",
                "How often this node lost a replica, a slot or a disk, ever: its loss epoch.",
                lossEpoch.value());
    }

    private static String word(DiskStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static void add(Metrics into, DiskStatus disk) {
        String path = disk.disk().toString();
        boolean serves = disk.state() == DiskStatus.State.SERVING || disk.state() == DiskStatus.State.READ_ONLY;
        into.gauge(
                "trivet_disk_up",
                "Whether the disk takes and serves chunks; 0 where it failed, was refused, or only reads.",
                disk.state() == DiskStatus.State.SERVING,
                "disk",
                path);
        if (!serves) {
            return;
        }
        String help = "Bytes of a disk: used by chunks, free for chunks (the reserve left out), capacity of its file"
                + " system.";
        into.gauge("trivet_disk_bytes", help, disk.usedBytes(), "disk", path, "kind", "used");
        into.gauge("trivet_disk_bytes", help, disk.freeBytes(), "disk", path, "kind", "free");
        try {
            long capacity = Files.getFileStore(disk.disk()).getTotalSpace();
            into.gauge("trivet_disk_bytes", help, capacity, "disk", path, "kind", "capacity");
            into.gauge(
                    "trivet_disk_quarantined",
                    "Replicas in the disk's quarantine, bad ones that a person may look at and delete; at most "
                            + MAX_COUNTED + " are counted.",
                    quarantined(disk.disk()),
                    "disk",
                    path);
        } catch (IOException _) {
            // A disk that cannot be asked is about to be found failed.
        }
    }

    private static int quarantined(Path disk) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(new DiskPaths(disk).quarantine())) {
            for (var each = files.iterator(); each.hasNext() && count < MAX_COUNTED; each.next()) {
                count++;
            }
        }
        return count;
    }

    private void chunks(Metrics into) {
        long chunks = 0;
        long bytes = 0;
        int unknown = 0;
        for (int number = 0; number < Slot.COUNT; number++) {
            Reply.SlotDigest digest = digests.of(new Slot(number));
            chunks += digest.count();
            bytes += digest.bytes();
            unknown += digest.known() ? 0 : 1;
        }
        into.gauge("trivet_chunks", "Replicas that this node holds, in slots that it has listed.", chunks);
        into.gauge("trivet_chunk_bytes", "Bytes of those replicas.", bytes);
        into.gauge(
                "trivet_slots_unlisted",
                "Slots that this node has not listed since it started or something changed unseen; 0 soon after a start.",
                unknown);
    }
}
