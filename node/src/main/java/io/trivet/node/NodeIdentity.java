package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Who this node is: the text file {@code node} in its data directory, one {@code key value} a line.
 *
 * @param key made before the node joins, so that a repeated join is recognised as the same node
 * @param trust whom the nodes of the cluster believe: its authority, unless it speaks plaintext
 * @param disks where its chunks are, its data directory first
 * @param complete whether the node has become a member: from then on nothing is ever formatted
 * @param seating whether it had a part in the quorum (rule 8) ...
 * @param seatEpoch ... of this epoch; 0 if it never had one. A restore of the namespace begins another epoch, with another quorum
 */
record NodeIdentity(
        ClusterId cluster,
        NodeId node,
        UUID key,
        Trust trust,
        Address address,
        List<Path> disks,
        boolean complete,
        Seating seating,
        int seatEpoch) {
    static final int VERSION = 1;
    static final int FIRST_EPOCH = 1;
    private static final String FILE = "node";

    /** A path for each of many disks. */
    private static final int MAX_BYTES = 1 << 20;

    /** How far a node has come to a seat in the quorum. */
    enum Seating {
        /** It never had one. */
        NONE,
        /** It was making its log when it last wrote this. The leader was not told that it is there, so it is no voter: the log may be made anew. */
        BEGINNING,
        /** It may be a voter: from now on a missing log ends the seat. */
        TAKEN,
        /** It had a seat, and another node has it now. Its log is kept: with it, and only with it, the node may take a seat in this epoch again. */
        RESTING
    }

    NodeIdentity {
        disks = List.copyOf(disks);
    }

    NodeIdentity completed() {
        return new NodeIdentity(cluster, node, key, trust, address, disks, true, seating, seatEpoch);
    }

    NodeIdentity withSeating(Seating reached, int epoch) {
        return new NodeIdentity(cluster, node, key, trust, address, disks, complete, reached, epoch);
    }

    /** The name of the quorum that this node has a part in. After a restore it is another, so that masters of before and after never count together. */
    ClusterId quorum() {
        return seatEpoch <= FIRST_EPOCH
                ? cluster
                : new ClusterId(UUID.nameUUIDFromBytes((cluster + " " + seatEpoch).getBytes(StandardCharsets.UTF_8)));
    }

    NodeIdentity withDisks(List<Path> others) {
        return new NodeIdentity(cluster, node, key, trust, address, others, complete, seating, seatEpoch);
    }

    NodeIdentity at(Address moved) {
        return new NodeIdentity(cluster, node, key, trust, moved, disks, complete, seating, seatEpoch);
    }

    static boolean isIn(Path data) {
        return Files.exists(data.resolve(FILE));
    }

    /** Durable on return. */
    void write(Path data) throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("version", Integer.toString(VERSION));
        lines.put("cluster", cluster.toString());
        lines.put("node", node.toString());
        lines.put("key", key.toString());
        lines.put("authority", trust.text());
        lines.put("address", address.toString());
        lines.put("complete", Boolean.toString(complete));
        lines.put("seat", seating.name().toLowerCase(Locale.ROOT));
        lines.put("seat-epoch", Integer.toString(seatEpoch));
        for (int disk = 0; disk < disks.size(); disk++) {
            lines.put("disk" + disk, disks.get(disk).toString());
        }
        StringBuilder text = new StringBuilder("# Which node this is. Written by Trivet; do not edit.\n");
        lines.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
        DurableFile.write(data.resolve(FILE), text.toString());
    }

    /** Throws {@link TrivetException} where there is none, where it is of a newer version, or where it is damaged. */
    static NodeIdentity read(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            throw TrivetException.of(
                    Refusal.Kind.NO_SUCH_FILE,
                    data.toString(),
                    "no node lives in this directory: begin one with --init, or join a cluster with --join");
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text(file).lines().toList()) {
            int space = line.indexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                lines.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        checkVersion(file, lines);
        try {
            return parse(lines);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, file.toString(), "it is damaged: " + e.getMessage()), e);
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw TrivetException.of(
                        Refusal.Kind.CORRUPT, file.toString(), "it is longer than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TrivetException(new Refusal(Refusal.Kind.CORRUPT, file.toString(), "it is no text"), e);
        }
    }

    private static void checkVersion(Path file, Map<String, String> lines) {
        String version = lines.getOrDefault("version", "none");
        if (!version.equals(Integer.toString(VERSION))) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_VERSION,
                    file.toString(),
                    "it is of version " + version + ", this release reads version " + VERSION
                            + ": use the release that wrote it, or a newer one");
        }
    }

    private static NodeIdentity parse(Map<String, String> lines) {
        List<Path> disks = Stream.iterate(0, disk -> disk + 1)
                .takeWhile(disk -> lines.containsKey("disk" + disk))
                .map(disk -> Path.of(value(lines, "disk" + disk)))
                .toList();
        return new NodeIdentity(
                ClusterId.parse(value(lines, "cluster")),
                NodeId.parse(value(lines, "node")),
                UUID.fromString(value(lines, "key")),
                Trust.parse(value(lines, "authority")),
                Address.parse(value(lines, "address")),
                disks,
                Boolean.parseBoolean(value(lines, "complete")),
                Seating.valueOf(value(lines, "seat").toUpperCase(Locale.ROOT)),
                Integer.parseInt(lines.getOrDefault("seat-epoch", Integer.toString(FIRST_EPOCH))));
    }

    private static String value(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key))
                .orElseThrow(() -> new IllegalArgumentException("the line '" + key + "' is missing"));
    }
}
