package io.trivet.bench;

import java.util.List;

/** 500 MiB, saved by a client that stays, under a new name each time. */
final class LargeSave implements BenchmarkCase {
    private static final String NAME = "large";

    @Override
    public List<TableLine> measure(ContenderRounds contenderRounds) throws Exception {
        Sources sources = contenderRounds.sources();
        ContenderRounds.Comparison saved = contenderRounds.compare(
                (_, folder) -> {
                    LocalDisk.copyTwice(sources.large(), folder.resolve("copy"));
                    return 1;
                },
                (round, _) -> contenderRounds.cluster().save(Batch.one(sources.large(), NAME + round)));
        TimedRuns atOnce = contenderRounds.onDisk((_, folder) -> {
            LocalDisk.copyTwiceAtOnce(sources.large(), folder.resolve("copy"));
            return 1;
        });
        contenderRounds.check(sources.large(), loaded());
        return List.of(
                TableLine.of(
                        "save 500 MiB",
                        TableLine.Unit.SECONDS,
                        saved.cluster().seconds(),
                        saved.disk().seconds()),
                TableLine.of(
                        "save 500 MiB, beside two copies at once",
                        TableLine.Unit.SECONDS,
                        saved.cluster().seconds(),
                        atOnce.seconds()),
                TableLine.of(
                        "save 500 MiB, processor time",
                        TableLine.Unit.CPU_SECONDS_PER_GIBIBYTE,
                        saved.cluster().cpuSecondsPerGibibyte(Sources.LARGE_BYTES),
                        saved.disk().cpuSecondsPerGibibyte(Sources.LARGE_BYTES)));
    }

    /** The name of a file that exists afterwards. */
    static String loaded() {
        return NAME + 1;
    }
}
