package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Which disk this is (rule 12). Written when the disk is formatted, as text that a person can read:
 *
 * <pre>
 *   trivet disk
 *   version 1
 *   cluster 6f1c0f0e-6c0e-4a57-8a06-0d5c7f6f3b1a
 *   node n0
 *   disk 0b0c33cc-9a4b-4a86-b5ab-6a0a3c4a5a10
 *   crc32c 1a2b3c4d
 * </pre>
 *
 * <p>The last line holds the CRC32C of everything before it. The first two lines and the last are
 * the same in every version; the version also covers the directory tree. A disk begins with version
 * 1 and gets version 2 with its first volume (see {@link VolumeFormat}).
 */
public record DiskIdentity(ClusterId cluster, NodeId node, UUID disk) {
    public static final int VERSION = 2;

    /** From this version on there may be volumes: chunks that an earlier release would not see. */
    static final int VERSION_WITH_VOLUMES = 2;

    private static final int FIRST_VERSION = 1;
    static final int MAX_BYTES = 4096;

    private static final String TITLE = "trivet disk";

    /** As a disk without volumes has it. */
    public String text() {
        return text(FIRST_VERSION);
    }

    String text(int version) {
        String facts =
                TITLE + "\nversion " + version + "\ncluster " + cluster + "\nnode " + node + "\ndisk " + disk + "\n";
        return facts + crcLine(facts);
    }

    /** The version in a text that {@link #parse} accepts. */
    static int versionOf(String text) {
        return Integer.parseInt(fact(text.lines().toList(), 1, "version"));
    }

    /**
     * Reads what {@link #text()} writes.
     *
     * @param where the disk's name in a refusal
     * @throws TrivetException {@code WRONG_VERSION} for a newer version, {@code CORRUPT} for
     *     anything else
     */
    public static DiskIdentity parse(String text, String where) {
        int last = text.lastIndexOf("\ncrc32c ") + 1;
        if (last == 0 || !text.substring(last).equals(crcLine(text.substring(0, last)))) {
            throw corrupt(where, "its checksum does not match");
        }
        List<String> lines = text.substring(0, last).lines().toList();
        if (lines.size() < 2 || !lines.getFirst().equals(TITLE)) {
            throw corrupt(where, "it does not begin with \"" + TITLE + "\"");
        }
        try {
            checkVersion(Integer.parseInt(fact(lines, 1, "version")), where);
            return new DiskIdentity(
                    ClusterId.parse(fact(lines, 2, "cluster")),
                    NodeId.parse(fact(lines, 3, "node")),
                    UUID.fromString(fact(lines, 4, "disk")));
        } catch (IllegalArgumentException e) {
            throw corrupt(where, String.valueOf(e.getMessage()));
        }
    }

    /** Refuses a disk of another cluster or node (rule 12). */
    void requireOwner(ClusterId ownCluster, NodeId ownNode, String where) {
        if (!cluster.equals(ownCluster)) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_CLUSTER,
                    where,
                    "the disk belongs to cluster " + cluster + " and this node to " + ownCluster
                            + ": mount the right disk, or format this one if nothing on it is needed");
        }
        if (!node.equals(ownNode)) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_NODE,
                    where,
                    "the disk belongs to node " + node + " and this is " + ownNode + ": mount the right disk");
        }
    }

    private static void checkVersion(int version, String where) {
        if (version > VERSION) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_VERSION,
                    where,
                    "the disk has format version " + version + " and this release reads up to " + VERSION
                            + ": run the release that wrote it, or a newer one");
        }
    }

    private static String fact(List<String> lines, int index, String key) {
        String line = index < lines.size() ? lines.get(index) : "";
        if (!line.startsWith(key + " ")) {
            throw new IllegalArgumentException("line " + (index + 1) + " should tell the " + key);
        }
        return line.substring(key.length() + 1);
    }

    private static String crcLine(String facts) {
        return "crc32c " + Checksums.text(Checksums.of(facts.getBytes(StandardCharsets.UTF_8))) + "\n";
    }

    private static TrivetException corrupt(String where, String why) {
        return TrivetException.of(
                Refusal.Kind.CORRUPT, where, "the disk's identity file trivet-disk cannot be trusted: " + why);
    }
}
