package io.trivet.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One cluster of one contender, and the rounds that measure it: local disk, cluster, and again.
 * Before each round, earlier writes are flushed to disk; each round writes into a new folder.
 */
final class ContenderRounds {
    /** A row that takes longer has fewer rounds. */
    private static final Duration ENOUGH = Duration.ofSeconds(75);

    private final Workplace place;
    private final Cluster cluster;
    private final Sources sources;
    private final int rounds;

    ContenderRounds(Workplace place, Cluster cluster, Sources sources, int rounds) {
        this.place = place;
        this.cluster = cluster;
        this.sources = sources;
        this.rounds = rounds;
    }

    /** The work of a round; returns the number of files. */
    interface Work {
        int run(int round, Path folder) throws Exception;
    }

    /** The runs of both. */
    record Comparison(TimedRuns disk, TimedRuns cluster) {}

    Cluster cluster() {
        return cluster;
    }

    Sources sources() {
        return sources;
    }

    /** Measures both in turn: a warm-up round, then as many as requested. */
    Comparison compare(Work onDisk, Work inCluster) throws Exception {
        Processes alone = new Processes(List.of(ownProcess()));
        List<TimedRuns.Run> disk = new ArrayList<>();
        List<TimedRuns.Run> theirs = new ArrayList<>();
        long begin = System.nanoTime();
        for (int round = 0; round <= rounds && (round < 2 || !isEnough(begin)); round++) {
            disk.add(timed(alone, round, onDisk));
            theirs.add(timed(all(), round, inCluster));
        }
        return new Comparison(new TimedRuns(disk), new TimedRuns(theirs));
    }

    /** Measures only the cluster, once. */
    TimedRuns.Run inCluster(int round, Work work) throws Exception {
        return timed(all(), round, work);
    }

    /** Measures only the disk. */
    TimedRuns onDisk(Work work) throws Exception {
        Processes alone = new Processes(List.of(ownProcess()));
        List<TimedRuns.Run> disk = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            disk.add(timed(alone, round, work));
        }
        return new TimedRuns(disk);
    }

    private static boolean isEnough(long begin) {
        return System.nanoTime() - begin > ENOUGH.toNanos();
    }

    private TimedRuns.Run timed(Processes processes, int round, Work work) throws Exception {
        Path folder = place.newFolder("round");
        LocalDisk.settle();
        double cpu = processes.cpuSeconds();
        long begin = System.nanoTime();
        int files = work.run(round, folder);
        double seconds = (System.nanoTime() - begin) / 1e9;
        TimedRuns.Run run = new TimedRuns.Run(files, seconds, processes.cpuSeconds() - cpu);
        Workplace.makeRoom(folder);
        return run;
    }

    private Processes all() {
        return new Processes(Stream.of(
                        Stream.of(ownProcess()),
                        cluster.clients().stream(),
                        cluster.servers().stream().map(Cluster.Server::process))
                .flatMap(one -> one)
                .toList());
    }

    private static long ownProcess() {
        return ProcessHandle.current().pid();
    }

    /** Loads a saved file and compares every byte. */
    void check(Path saved, String name) throws Exception {
        Path folder = place.newFolder("check");
        cluster.load(Batch.one(folder, name));
        LocalDisk.requireSame(saved, folder.resolve("0"));
        Workplace.makeRoom(folder);
    }
}
