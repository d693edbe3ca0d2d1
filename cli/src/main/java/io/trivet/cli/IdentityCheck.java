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
        return Finding.ok(Text.of("node"), Text.of("none lives in {0} yet", data));
    }

    static List<Finding> of(Resident resident, Instant now) {
        List<Finding> findings = new ArrayList<>();
        Text who = Text.of("{0} of cluster {1} at {2}", resident.node(), resident.cluster(), resident.address());
        findings.add(
                resident.complete()
                        ? Finding.ok(Text.of("node"), who)
                        : Finding.fail(
                                Text.of("node"),
                                Text.of("{0}, whose birth was cut short", who),
                                Text.of("begin again: nothing was saved in it, so the directory may be removed")));
        resident.disks().forEach(disk -> findings.add(disk(resident, disk)));
        findings.add(resident.certificateUntil()
                .map(until -> certificate(until, now))
                .orElseGet(() -> Finding.warn(
                        Text.of("certificate"),
                        Text.of("none: this cluster speaks plaintext"),
                        Text.of("for networks that are trusted; TLS is chosen when a cluster begins"))));
        return findings;
    }

    private static Finding disk(Resident resident, Path disk) {
        Text check = Text.of("disk {0}", disk);
        Path file = new DiskTree(disk).identity();
        try {
            if (!Files.exists(file)) {
                return Finding.fail(
                        check,
                        Text.of("no disk of a node is there"),
                        Text.of("is it mounted? if it is gone for good: --forget-disk"));
            }
            DiskIdentity identity = DiskIdentity.parse(Files.readString(file), disk.toString());
            return identity.cluster().equals(resident.cluster())
                            && identity.node().equals(resident.node())
                    ? Finding.ok(check, Text.of("it is this node's own"))
                    : Finding.fail(
                            check,
                            Text.of("it belongs to {0} of cluster {1}", identity.node(), identity.cluster()),
                            Text.of("mount the right disk"));
        } catch (IOException | TrivetException e) {
            return Finding.fail(check, Complaint.about(e), Text.of("the node takes it for lost: replace it"));
        }
    }

    static Finding certificate(Instant until, Instant now) {
        Duration left = Duration.between(now, until);
        Text check = Text.of("certificate");
        if (left.isNegative()) {
            return Finding.fail(
                    check,
                    Text.of("good until {0}: it has run out", until),
                    Text.of(
                            "start the node: a master signs itself a new one, any other has to be let in again by a master"));
        }
        Text found = Text.of("good until {0}, for {1} days", until, left.toDays());
        return left.compareTo(SOON) < 0
                ? Finding.warn(check, found, Text.of("it renews itself while the node runs; is the node off?"))
                : Finding.ok(check, found);
    }
}
