package io.trivet.cli.doctor;

import io.trivet.chunk.DiskIdentity;
import io.trivet.chunk.DiskPaths;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.model.TrivetException;
import io.trivet.node.NodeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the node in a data directory: whether its files are sound, whether its disks are its own
 * (rule 12), and how long its certificate is valid.
 */
final class IdentityCheck {
    private static final Duration SOON = Duration.ofDays(7);

    private IdentityCheck() {}

    static CheckResult nobody(Path data) {
        return CheckResult.ok(Text.of("node"), Text.of("none lives in {0} yet", data));
    }

    static List<CheckResult> of(NodeDirectory nodeDirectory, Instant now) {
        List<CheckResult> findings = new ArrayList<>();
        Text who = Text.of(
                "{0} of cluster {1} at {2}", nodeDirectory.node(), nodeDirectory.cluster(), nodeDirectory.address());
        findings.add(
                nodeDirectory.complete()
                        ? CheckResult.ok(Text.of("node"), who)
                        : CheckResult.fail(
                                Text.of("node"),
                                Text.of("{0}, not completely created", who),
                                Text.of("begin again with --init: nothing was saved in it")));
        nodeDirectory.disks().forEach(disk -> findings.add(disk(nodeDirectory, disk)));
        findings.add(nodeDirectory
                .certificateUntil()
                .map(until -> certificate(until, now))
                .orElseGet(() -> CheckResult.warn(
                        Text.of("certificate"),
                        Text.of("none: this cluster speaks plaintext"),
                        Text.of("for networks that are trusted; TLS is chosen when a cluster begins"))));
        return findings;
    }

    private static CheckResult disk(NodeDirectory nodeDirectory, Path disk) {
        Text check = Text.of("disk {0}", disk);
        Path file = new DiskPaths(disk).identity();
        try {
            if (!Files.exists(file)) {
                return CheckResult.fail(
                        check,
                        Text.of("no disk of a node is there"),
                        disk.equals(nodeDirectory.disks().getFirst())
                                ? Text.of(
                                        "the directory is there, but not its file trivet-disk: put it back; do not format it")
                                : Text.of("is it mounted? if it will not come back: --forget-disk"));
            }
            DiskIdentity identity = DiskIdentity.parse(Files.readString(file), disk.toString());
            return identity.cluster().equals(nodeDirectory.cluster())
                            && identity.node().equals(nodeDirectory.node())
                    ? CheckResult.ok(check, Text.of("it is this node's own"))
                    : CheckResult.fail(
                            check,
                            Text.of("it belongs to {0} of cluster {1}", identity.node(), identity.cluster()),
                            Text.of("mount the right disk"));
        } catch (IOException | TrivetException e) {
            return CheckResult.fail(check, ErrorMessage.about(e), Text.of("the node takes it for lost: replace it"));
        }
    }

    static CheckResult certificate(Instant until, Instant now) {
        Duration left = Duration.between(now, until);
        Text check = Text.of("certificate");
        if (left.isNegative()) {
            return CheckResult.fail(
                    check,
                    Text.of("good until {0}: it has run out", until),
                    Text.of(
                            "start the node: a master signs itself a new one, any other has to be let in again by a master"));
        }
        Text found = Text.of("good until {0}, for {1} days", until, left.toDays());
        return left.compareTo(SOON) < 0
                ? CheckResult.warn(check, found, Text.of("it renews itself while the node runs; is the node off?"))
                : CheckResult.ok(check, found);
    }
}
