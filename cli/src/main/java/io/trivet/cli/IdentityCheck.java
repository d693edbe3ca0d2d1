package io.trivet.cli;

import io.trivet.chunk.DiskIdentity;
import io.trivet.chunk.DiskTree;
import io.trivet.model.TrivetException;
import io.trivet.node.Resident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Looks at who lives in a data directory: is it whole, are its disks its own (rule 12), how long is its certificate good. */
final class IdentityCheck {
    private static final Duration SOON = Duration.ofDays(7);

    private IdentityCheck() {}

    static Finding nobody(Path data) {
        return Finding.ok("node", "none lives in " + data + " yet");
    }

    static List<Finding> of(Resident resident, Instant now) {
        List<Finding> findings = new ArrayList<>();
        String who = resident.node() + " of cluster " + resident.cluster() + " at " + resident.address();
        findings.add(
                resident.complete()
                        ? Finding.ok("node", who)
                        : Finding.fail(
                                "node",
                                who + ", whose birth was cut short",
                                "begin again: nothing was saved in it, so the directory may be removed"));
        resident.disks().forEach(disk -> findings.add(disk(resident, disk)));
        findings.add(resident.certificateUntil()
                .map(until -> certificate(until, now))
                .orElseGet(() -> Finding.warn(
                        "certificate",
                        "none: this cluster speaks plaintext",
                        "for networks that are trusted; TLS is chosen when a cluster begins")));
        return findings;
    }

    private static Finding disk(Resident resident, Path disk) {
        String check = "disk " + disk;
        Path file = new DiskTree(disk).identity();
        try {
            if (!Files.exists(file)) {
                return Finding.fail(
                        check, "no disk of a node is there", "is it mounted? if it is gone for good: --forget-disk");
            }
            DiskIdentity identity = DiskIdentity.parse(Files.readString(file), disk.toString());
            return identity.cluster().equals(resident.cluster())
                            && identity.node().equals(resident.node())
                    ? Finding.ok(check, "it is this node's own")
                    : Finding.fail(
                            check,
                            "it belongs to " + identity.node() + " of cluster " + identity.cluster(),
                            "mount the right disk");
        } catch (IOException | TrivetException e) {
            return Finding.fail(check, Complaint.about(e), "the node takes it for lost: replace it");
        }
    }

    static Finding certificate(Instant until, Instant now) {
        Duration left = Duration.between(now, until);
        String found = "good until " + until + (left.isNegative() ? "" : ", for " + left.toDays() + " days");
        if (left.isNegative()) {
            return Finding.fail(
                    "certificate",
                    found + ": it has run out",
                    "start the node: a master signs itself a new one, any other has to be let in again by a master");
        }
        return left.compareTo(SOON) < 0
                ? Finding.warn("certificate", found, "it renews itself while the node runs; is the node off?")
                : Finding.ok("certificate", found);
    }
}
