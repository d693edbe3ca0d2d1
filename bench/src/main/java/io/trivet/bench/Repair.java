package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures repair: four servers of a new cluster hold 500 MiB, one is killed permanently, and the
 * time runs from when the cluster considers it lost until two copies of everything are on running
 * servers. For comparison the same bytes are copied on the disk, with an fsync.
 */
final class Repair {
    private static final int SERVERS = 4;
    private static final String NAME = "repaired";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration ENOUGH = Duration.ofSeconds(45);
    private static final long NO_CHUNK = 1 << 20;

    private final Workplace place;
    private final Contender contender;
    private final Sources sources;
    private final List<Double> whole = new ArrayList<>();
    private final List<Double> said = new ArrayList<>();
    private final List<Double> disk = new ArrayList<>();

    Repair(Workplace place, Contender contender, Sources sources) {
        this.place = place;
        this.contender = contender;
        this.sources = sources;
    }

    /** As often as requested, each time with a new cluster; less often if that takes long. */
    List<TableLine> measure(int rounds) throws Exception {
        long begin = System.nanoTime();
        for (int round = 0; round < rounds && (round == 0 || System.nanoTime() - begin < ENOUGH.toNanos()); round++) {
            try (Cluster cluster = contender.start(place, SERVERS)) {
                once(cluster);
            }
        }
        List<TableLine> lines = new ArrayList<>();
        lines.add(line("two copies again after a loss", whole));
        if (!said.isEmpty()) {
            lines.add(line("two copies again, and it says so", said));
        }
        return lines;
    }

    private TableLine line(String what, List<Double> seconds) {
        return TableLine.of(what, TableLine.Unit.SECONDS, Figure.of(new Series(seconds)), Figure.of(new Series(disk)));
    }

    private void once(Cluster cluster) throws Exception {
        cluster.save(Batch.one(sources.large(), NAME));
        String file = Batch.one(sources.large(), NAME).name(0);
        Waiting.until(LIMIT, () -> cluster.hasTwoCopies(file));
        long lost = bytes(cluster.servers().getLast().data());
        LocalDisk.settle();
        cluster.lose();
        long begin = System.nanoTime();
        Waiting.until(LIMIT, () -> cluster.hasTwoCopies(file));
        whole.add(secondsSince(begin));
        if (cluster.saysWhenNothingIsOwed()) {
            Waiting.until(LIMIT, cluster::nothingIsOwed);
            said.add(secondsSince(begin));
        }
        Path folder = place.newFolder("repaired");
        cluster.load(Batch.one(folder, NAME));
        LocalDisk.requireSame(sources.large(), folder.resolve("0"));
        disk.add(copy(lost, folder));
        Workplace.makeRoom(folder);
    }

    private double copy(long bytes, Path folder) throws IOException {
        Path lost = Files.copy(sources.large(), folder.resolve("lost"));
        try (var channel = Files.newByteChannel(lost, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        LocalDisk.settle();
        long begin = System.nanoTime();
        LocalDisk.copyDurably(lost, folder.resolve("again"));
        return secondsSince(begin);
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** The bytes of the copies in a folder, without logs and tables, which are smaller. */
    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .filter(length -> length > NO_CHUNK)
                    .sum();
        }
    }
}
