package io.trivet.quorum;

import io.trivet.file.AtomicFile;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this master remembers of the others, in the file {@code peers}: their incarnations and what
 * they acknowledged. A new incarnation is on stable storage before it is answered; the position,
 * which changes with every entry, is written periodically. Any thread.
 */
final class PeerRecords {
    private static final Logger LOG = LoggerFactory.getLogger(PeerRecords.class);
    private static final String FILE = "peers";
    private static final Duration WRITE_EVERY = Duration.ofSeconds(5);

    /** Five times the interval between two calls of a running master. */
    private static final Duration A_MOMENT = Duration.ofSeconds(5);

    private static final int MAX_EARLIER_LOGS = 8;
    private static final int FIELDS = 6;

    private final Path file;
    private final LongSupplier clock;
    private final Map<NodeId, Peer> peers = new TreeMap<>();
    private final Map<NodeId, Long> heardNanos = new HashMap<>();
    private boolean changed;
    private long writtenNanos;

    /** @param earlierLogs of this node, before its present one */
    private record Peer(Incarnation.Life life, TermIndex acknowledged, List<UUID> earlierLogs) {}

    /** @param clock in nanoseconds, never goes back */
    PeerRecords(Path directory, LongSupplier clock) throws IOException {
        this.file = directory.resolve(FILE);
        this.clock = clock;
        this.writtenNanos = clock.getAsLong();
        if (Files.exists(file)) {
            read();
        }
    }

    /**
     * Takes what a master tells of itself, unless a later start of it is known. Returns what was
     * known of it.
     */
    synchronized PeerRecall.Known hear(PeerRecall told) throws IOException {
        Peer known = peers.get(told.caller());
        if (known == null) {
            return keep(told, new Peer(told.life(), told.acknowledged(), List.of()), true);
        }
        if (!known.life.log().equals(told.life().log())) {
            return known.earlierLogs.contains(told.life().log())
                    ? superseded(told.caller(), known)
                    : keep(told, new Peer(told.life(), told.acknowledged(), earlier(known)), true);
        }
        if (told.life().starts() < known.life.starts() || isOtherRun(told.life(), known.life)) {
            return superseded(told.caller(), known);
        }
        TermIndex newest = later(known.acknowledged, told.acknowledged());
        boolean started = told.life().starts() > known.life.starts();
        return keep(told, new Peer(told.life(), newest, known.earlierLogs), started);
    }

    private static boolean isOtherRun(Incarnation.Life told, Incarnation.Life known) {
        return told.starts() == known.starts() && !told.run().equals(known.run());
    }

    private static TermIndex later(TermIndex a, TermIndex b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static List<UUID> earlier(Peer known) {
        return Stream.concat(Stream.of(known.life.log()), known.earlierLogs.stream())
                .limit(MAX_EARLIER_LOGS)
                .toList();
    }

    private PeerRecall.Known superseded(NodeId node, Peer known) {
        Long heard = heardNanos.get(node);
        boolean runs = heard != null && clock.getAsLong() - heard < A_MOMENT.toNanos();
        return new PeerRecall.Known(true, runs, known.life.starts(), known.acknowledged);
    }

    private PeerRecall.Known keep(PeerRecall told, Peer peer, boolean atOnce) throws IOException {
        changed |= !peer.equals(peers.put(told.caller(), peer));
        heardNanos.put(told.caller(), clock.getAsLong());
        if (atOnce) {
            write();
        }
        return new PeerRecall.Known(false, false, peer.life.starts(), peer.acknowledged);
    }

    /** Writes changes if the last write is long enough ago. */
    synchronized void writeIfDue() throws IOException {
        if (clock.getAsLong() - writtenNanos >= WRITE_EVERY.toNanos()) {
            writeIfChanged();
        }
    }

    synchronized void writeIfChanged() throws IOException {
        if (changed) {
            write();
        }
    }

    private void write() throws IOException {
        StringBuilder text =
                new StringBuilder("# What this master knows of the others. Written by Trivet; do not edit.\n");
        peers.forEach(
                (node, peer) -> text.append(node).append(' ').append(line(peer)).append('\n'));
        AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
        changed = false;
        writtenNanos = clock.getAsLong();
    }

    private static String line(Peer peer) {
        return peer.life.log() + " " + peer.life.starts() + " " + peer.life.run() + " " + peer.acknowledged.getTerm()
                + " " + peer.acknowledged.getIndex() + " "
                + peer.earlierLogs.stream().map(UUID::toString).collect(Collectors.joining(","));
    }

    /** A damaged file is no reason to stop, because the other masters remember too. */
    private void read() throws IOException {
        try {
            KeyedLines.read(file).forEach((node, line) -> peers.put(NodeId.parse(node), peer(line)));
        } catch (IllegalArgumentException e) {
            peers.clear();
            LOG.error("damaged file={} cause=\"{}\": this master begins to remember anew", file, e.getMessage());
        }
    }

    private static Peer peer(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("a line has " + FIELDS + " fields, not " + fields.length);
        }
        int next = 0;
        UUID log = UUID.fromString(fields[next++]);
        long starts = Long.parseLong(fields[next++]);
        Incarnation.Life life = new Incarnation.Life(log, starts, UUID.fromString(fields[next++]));
        long term = Long.parseLong(fields[next++]);
        TermIndex acknowledged = TermIndex.valueOf(term, Long.parseLong(fields[next++]));
        List<UUID> earlier = Arrays.stream(fields[next].split(",", -1))
                .filter(word -> !word.isEmpty())
                .map(UUID::fromString)
                .toList();
        return new Peer(life, acknowledged, earlier);
    }
}
