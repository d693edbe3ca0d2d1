package io.trivet.node.identity;

import io.trivet.file.AtomicFile;
import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's identity: the text file {@code node} in its data directory, one {@code key value} per
 * line.
 *
 * @param key made before the node joins, so that a repeated join is recognised as the same node
 * @param trustSettings which authority the nodes of the cluster trust, or plaintext
 * @param places where its chunks are, the data directory first; that is the one with which the node
 *     was started, whatever the file says
 * @param complete whether the node has become a member; from then on nothing is ever formatted
 * @param seating whether it had a seat in the quorum (rule 8) ...
 * @param seatEpoch ... of this epoch; 0 if it never had one. A restore of the namespace begins
 *     another epoch, with another quorum
 */
public record NodeIdentity(
        ClusterId cluster,
        NodeId node,
        UUID key,
        TrustSettings trustSettings,
        Address address,
        List<DiskPlace> places,
        boolean complete,
        Seating seating,
        int seatEpoch) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);
    static final int VERSION = 1;
    public static final int FIRST_EPOCH = 1;
    private static final String FILE = "node";

    /**
     * A copy, for the case that the first file is damaged. It is written first, so it is at least
     * as new.
     */
    private static final String COPY = "node.copy";

    private static final String CHECKSUM = "crc32c ";

    /** Enough for the paths of many disks. */
    private static final int MAX_BYTES = 1 << 20;

    /** How far a node has come to a seat in the quorum. */
    public enum Seating {
        /** It never had one. */
        NONE,
        /**
         * It was making its log when it wrote this. The leader was not told of the log, so the node
         * is no voter, and the log may be made again.
         */
        BEGINNING,
        /** It may be a voter: from now on a missing log ends the seat. */
        TAKEN,
        /**
         * It lost its seat to another node. Its log is kept: only with that log may the node take a
         * seat in this epoch again.
         */
        RESTING
    }

    /**
     * The place of a disk, as far as known.
     *
     * @param path its last known place; a hint, because mounts move
     * @param disk the disk's id; empty if an earlier release added the disk and it was not seen
     *     since
     */
    public record DiskPlace(Path path, Optional<UUID> disk) {}

    public NodeIdentity {
        places = List.copyOf(places);
    }

    /** The roots of the disks. */
    public List<Path> disks() {
        return places.stream().map(DiskPlace::path).toList();
    }

    public NodeIdentity completed() {
        return new NodeIdentity(cluster, node, key, trustSettings, address, places, true, seating, seatEpoch);
    }

    public NodeIdentity believing(TrustSettings other) {
        return new NodeIdentity(cluster, node, key, other, address, places, complete, seating, seatEpoch);
    }

    public NodeIdentity withSeating(Seating reached, int epoch) {
        return new NodeIdentity(cluster, node, key, trustSettings, address, places, complete, reached, epoch);
    }

    /**
     * The name of the quorum in which this node has a seat. It changes with a restore, so that
     * masters from before and after never form a majority together.
     */
    public ClusterId quorum() {
        return seatEpoch <= FIRST_EPOCH
                ? cluster
                : new ClusterId(UUID.nameUUIDFromBytes((cluster + " " + seatEpoch).getBytes(StandardCharsets.UTF_8)));
    }

    public NodeIdentity withDisks(List<DiskPlace> others) {
        return new NodeIdentity(cluster, node, key, trustSettings, address, others, complete, seating, seatEpoch);
    }

    public NodeIdentity at(Address moved) {
        return new NodeIdentity(cluster, node, key, trustSettings, moved, places, complete, seating, seatEpoch);
    }

    public static boolean isIn(Path data) {
        return Files.exists(data.resolve(FILE));
    }

    /** Durable on return. */
    public void write(Path data) throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("version", Integer.toString(VERSION));
        lines.put("cluster", cluster.toString());
        lines.put("node", node.toString());
        lines.put("key", key.toString());
        lines.put("authority", trustSettings.text());
        lines.put("address", address.toString());
        lines.put("complete", Boolean.toString(complete));
        lines.put("seat", seating.name().toLowerCase(Locale.ROOT));
        lines.put("seat-epoch", Integer.toString(seatEpoch));
        for (int number = 0; number < places.size(); number++) {
            DiskPlace place = places.get(number);
            lines.put("disk" + number, place.path().toString());
            if (place.disk().isPresent()) {
                lines.put("disk" + number + "-id", place.disk().get().toString());
            }
        }
        StringBuilder text = new StringBuilder("# Which node this is. Written by Trivet; do not edit.\n");
        lines.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
        text.append(checksumLine(text.toString()));
        AtomicFile.write(data.resolve(COPY), text.toString());
        AtomicFile.write(data.resolve(FILE), text.toString());
    }

    private static String checksumLine(String facts) {
        return CHECKSUM + Checksums.text(Checksums.of(facts.getBytes(StandardCharsets.UTF_8))) + "\n";
    }

    /**
     * Throws {@link TrivetException} if there is no identity, or it is damaged or of a newer
     * version.
     */
    public static NodeIdentity read(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            throw TrivetException.of(
                    Refusal.Kind.NO_SUCH_FILE,
                    data.toString(),
                    "no node lives in this directory: begin one with --init, or join a cluster with --join");
        }
        String text = Files.exists(data.resolve(COPY)) ? whole(file, data.resolve(COPY)) : text(file);
        return parse(data, file, text);
    }

    /** The text of the file or, if it is damaged, of its copy. */
    private static String whole(Path file, Path copy) throws IOException {
        try {
            String text = text(file);
            if (isWhole(file, text) || (isWhole(copy, text(copy)) && !text(copy).startsWith(text))) {
                return text; // of an earlier release, without checksum
            }
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CORRUPT || !isWhole(copy, text(copy))) {
                throw e;
            }
        }
        LOG.error("damaged file={}: this node goes on with {}", file, copy);
        return text(copy);
    }

    /** Whether the text has a checksum. Throws if it is wrong; earlier releases wrote none. */
    private static boolean isWhole(Path file, String text) {
        int last = text.lastIndexOf("\n" + CHECKSUM) + 1;
        if (last > 0 && !text.substring(last).equals(checksumLine(text.substring(0, last)))) {
            throw corrupt(file, "its checksum does not match", null);
        }
        if (text.indexOf('\0') >= 0 || text.isBlank()) {
            throw corrupt(file, "a part of it is missing", null);
        }
        return last > 0;
    }

    private static TrivetException corrupt(Path file, String why, @Nullable Throwable cause) {
        return new TrivetException(
                new Refusal(
                        Refusal.Kind.CORRUPT,
                        file.toString(),
                        "it is damaged (" + why + "): put it back from " + COPY
                                + " beside it or from a backup of this directory, and start the node again; without either move the directory aside and join as a new node"),
                cause);
    }

    private static NodeIdentity parse(Path data, Path file, String text) {
        boolean checked = isWhole(file, text);
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int space = line.indexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                lines.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        if (!checked && (!text.endsWith("\n") || !lines.containsKey("version"))) {
            throw corrupt(file, "its end is missing", null);
        }
        checkVersion(file, lines);
        try {
            return parse(data, lines);
        } catch (IllegalArgumentException e) {
            throw corrupt(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw corrupt(file, "it is longer than " + MAX_BYTES + " bytes", null);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupt(file, "it is no text", e);
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

    /**
     * Where the data directory was when the file was written; it may have been moved or copied
     * since.
     */
    public static Optional<Path> writtenIn(Path data) throws IOException {
        return text(data.resolve(FILE))
                .lines()
                .filter(line -> line.startsWith("disk0 "))
                .findFirst()
                .map(line -> Path.of(line.substring("disk0 ".length())));
    }

    private static NodeIdentity parse(Path data, Map<String, String> lines) {
        List<DiskPlace> places = new ArrayList<>();
        for (int number = 0; lines.containsKey("disk" + number); number++) {
            places.add(new DiskPlace(
                    number == 0 ? data.toAbsolutePath().normalize() : Path.of(value(lines, "disk" + number)),
                    Optional.ofNullable(lines.get("disk" + number + "-id")).map(UUID::fromString)));
        }
        return new NodeIdentity(
                ClusterId.parse(value(lines, "cluster")),
                NodeId.parse(value(lines, "node")),
                UUID.fromString(value(lines, "key")),
                TrustSettings.parse(value(lines, "authority")),
                Address.parse(value(lines, "address")),
                places,
                Boolean.parseBoolean(value(lines, "complete")),
                Seating.valueOf(value(lines, "seat").toUpperCase(Locale.ROOT)),
                Integer.parseInt(lines.getOrDefault("seat-epoch", Integer.toString(FIRST_EPOCH))));
    }

    private static String value(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key))
                .orElseThrow(() -> new IllegalArgumentException("the line '" + key + "' is missing"));
    }
}
