package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.faults.fuzz.Door;
import io.trivet.faults.fuzz.Scratch;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.access.AuditLog;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.repair.ScrubProgress;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a node reads from its data directory, and what a newcomer sends. */
public final class NodeFuzzTargets {
    private static final int MOST_SAID = 200;

    /** Of a character beyond the first 65,536. */
    private static final int LONGEST_ESCAPE = 12;

    private static final ClusterId CLUSTER = ClusterId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2");

    private NodeFuzzTargets() {}

    public static List<Door> all() {
        return List.of(
                new Door("node-identity", identities(), NodeFuzzTargets::identity),
                new Door(
                        "scrub-progress",
                        List.of(ScrubProgress.NONE.text().getBytes(StandardCharsets.UTF_8)),
                        NodeFuzzTargets::scrub),
                new Door(
                        "cluster-keys",
                        List.of(ClusterKeys.make(CLUSTER, Instant.now()).file()),
                        NodeFuzzTargets::keys),
                new Door("signing-request", requests(), NodeFuzzTargets::signing),
                new Door(
                        "audit-line",
                        List.of("/a \"b\" \\ \u001b[2J \u202e \ud83d\ude00".getBytes(StandardCharsets.UTF_8)),
                        NodeFuzzTargets::audit));
    }

    private static List<byte[]> identities() {
        NodeIdentity identity = new NodeIdentity(
                CLUSTER,
                new NodeId(3),
                new UUID(1, 2),
                TrustSettings.parse("sha256:" + "0123456789abcdef".repeat(4)),
                new Address("10.0.0.1", 7777),
                List.of(
                        new NodeIdentity.DiskPlace(Path.of("/data/a"), Optional.of(new UUID(3, 4))),
                        new NodeIdentity.DiskPlace(Path.of("/data/b c"), Optional.empty())),
                true,
                NodeIdentity.Seating.TAKEN,
                2);
        try {
            identity.write(Scratch.directory());
            return List.of(Files.readAllBytes(Scratch.directory().resolve("node")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> requests() {
        try {
            Path directory = Files.createDirectories(Scratch.directory().resolve("key"));
            return List.of(NodeKey.in(directory).signingRequest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void identity(byte[] bytes) throws IOException {
        Scratch.file("node", bytes);
        NodeIdentity identity;
        try {
            identity = NodeIdentity.read(Scratch.directory());
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CORRUPT && e.kind() != Refusal.Kind.WRONG_VERSION) {
                throw e;
            }
            return;
        }
        identity.write(Scratch.directory());
        if (!NodeIdentity.read(Scratch.directory()).equals(identity)) {
            throw new AssertionError("a node is read as another one: " + identity);
        }
    }

    private static void scrub(byte[] bytes) {
        try {
            ScrubProgress progress = ScrubProgress.parse(new String(bytes, StandardCharsets.UTF_8));
            if (!ScrubProgress.parse(progress.text()).equals(progress)) {
                throw new AssertionError("a scrub is read as another one: " + progress);
            }
        } catch (IllegalArgumentException _) {
            // As documented: the round begins again.
        }
    }

    private static void keys(byte[] bytes) {
        try {
            ClusterKeys keys = ClusterKeys.parse(bytes, CLUSTER);
            if (!Arrays.equals(ClusterKeys.parse(keys.file(), CLUSTER).file(), keys.file())) {
                throw new AssertionError("keys are read as others");
            }
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CORRUPT) {
                throw e;
            }
        }
    }

    /**
     * Whatever a name holds, its line stays one line, of ASCII without controls, no longer than it
     * may be, and says that name, or as much as fits.
     */
    private static void audit(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String quoted = AuditLog.quoted(text, MOST_SAID);
        String said = unquoted(quoted);
        boolean whole = said.equals(text) || quoted.length() > MOST_SAID - LONGEST_ESCAPE;
        if (!quoted.chars().allMatch(c -> c >= ' ' && c < 0x7f)
                || quoted.length() > MOST_SAID + 2
                || !text.startsWith(said)
                || !whole) {
            throw new AssertionError("an audit line says something else: " + quoted);
        }
    }

    /** As a reader of JSON takes it. */
    private static String unquoted(String quoted) {
        StringBuilder text = new StringBuilder();
        for (int at = 1; at < quoted.length() - 1; at++) {
            char c = quoted.charAt(at);
            if (c == '"') {
                throw new AssertionError("a quote that ends the text: " + quoted);
            }
            if (c == '\\') {
                c = quoted.charAt(++at);
                if (c == 'u') {
                    c = (char) Integer.parseInt(quoted.substring(at + 1, at + 5), 16);
                    at += 4;
                }
            }
            text.append(c);
        }
        return text.toString();
    }

    private static void signing(byte[] bytes) {
        try {
            SigningRequest.parse(bytes).keyId();
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.BAD_REQUEST) {
                throw e;
            }
        }
    }
}
