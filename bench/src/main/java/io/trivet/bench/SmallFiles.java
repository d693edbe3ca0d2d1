package io.trivet.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Up to 1,000 files of 16 KiB, saved and then loaded by a running client. For comparison the disk
 * stores one copy of each, with an fsync each.
 */
record SmallFiles(int threads) implements BenchmarkCase {
    /** In this time a slow contender does what it can. */
    private static final Duration LIMIT = Duration.ofSeconds(8);

    /** The round whose files are loaded: the first after the warm-up, which always exists. */
    private static final int LOADED = 1;

    @Override
    public List<TableLine> measure(ContenderRounds contenderRounds) throws Exception {
        List<Integer> done = new ArrayList<>();
        ContenderRounds.Comparison saved =
                contenderRounds.compare((_, folder) -> copies(contenderRounds, folder, true), (round, _) -> {
                    done.add(contenderRounds
                            .cluster()
                            .save(batch(contenderRounds.sources().small(), round)));
                    return done.getLast();
                });
        contenderRounds.check(contenderRounds.sources().small(), name(LOADED));
        ContenderRounds.Comparison loaded = contenderRounds.compare(
                (_, folder) -> copies(contenderRounds, folder, false),
                (_, folder) -> contenderRounds
                        .cluster()
                        .load(new Batch(folder, name(LOADED), done.get(LOADED), threads, LIMIT)));
        String how = " 16 KiB files, " + (threads == 1 ? "1 thread" : threads + " threads");
        return List.of(
                rate("save" + how, saved), cpu("save" + how + ", processor time", saved),
                rate("load" + how, loaded), cpu("load" + how + ", processor time", loaded));
    }

    private int copies(ContenderRounds contenderRounds, Path folder, boolean durable) throws Exception {
        return batch(contenderRounds.sources().small(), 0)
                .each(number -> LocalDisk.copy(
                        contenderRounds.sources().small(), folder.resolve(Integer.toString(number)), durable));
    }

    private Batch batch(Path source, int round) {
        return new Batch(source, name(round), Sources.SMALL_FILES, threads, LIMIT);
    }

    private String name(int round) {
        return "small" + threads + "-" + round;
    }

    private static TableLine rate(String what, ContenderRounds.Comparison both) {
        return TableLine.of(
                what,
                TableLine.Unit.FILES_PER_SECOND,
                both.cluster().rate(),
                both.disk().rate());
    }

    private static TableLine cpu(String what, ContenderRounds.Comparison both) {
        return TableLine.of(
                what,
                TableLine.Unit.CPU_MS_PER_FILE,
                both.cluster().cpuMsPerFile(),
                both.disk().cpuMsPerFile());
    }
}
