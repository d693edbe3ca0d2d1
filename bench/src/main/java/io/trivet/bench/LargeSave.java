package io.trivet.bench;

import java.util.List;

/** 500 MiB, saved by a client that stays, under a new name each time. */
final class LargeSave implements Row {
    private static final String NAME = "large";

    @Override
    public List<Line> measure(Trial trial) throws Exception {
        Sources sources = trial.sources();
        Trial.Comparison saved = trial.compare(
                (_, folder) -> {
                    LocalDisk.copyTwice(sources.large(), folder.resolve("copy"));
                    return 1;
                },
                (round, _) -> trial.cluster().save(Batch.one(sources.large(), NAME + round)));
        Runs atOnce = trial.onDisk((_, folder) -> {
            LocalDisk.copyTwiceAtOnce(sources.large(), folder.resolve("copy"));
            return 1;
        });
        trial.check(sources.large(), loaded());
        return List.of(
                Line.of(
                        "save 500 MiB",
                        Line.Unit.SECONDS,
                        saved.cluster().seconds(),
                        saved.disk().seconds()),
                Line.of(
                        "save 500 MiB, beside two copies at once",
                        Line.Unit.SECONDS,
                        saved.cluster().seconds(),
                        atOnce.seconds()),
                Line.of(
                        "save 500 MiB, processor time",
                        Line.Unit.CPU_SECONDS_PER_GIBIBYTE,
                        saved.cluster().cpuSecondsPerGibibyte(Sources.LARGE_BYTES),
                        saved.disk().cpuSecondsPerGibibyte(Sources.LARGE_BYTES)));
    }

    /** The name of a file that is there afterwards. */
    static String loaded() {
        return NAME + 1;
    }
}
