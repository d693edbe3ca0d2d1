package io.trivet.bench;

import java.util.List;

/** The same file of 500 MiB, loaded again and again by a client that stays: from the second time on it is in the page cache. */
final class LargeLoad implements Row {
    @Override
    public List<Line> measure(Trial trial) throws Exception {
        Trial.Comparison loaded = trial.compare(
                (_, folder) -> {
                    LocalDisk.copy(trial.sources().large(), folder.resolve("copy"));
                    return 1;
                },
                (_, folder) -> trial.cluster().load(Batch.one(folder, LargeSave.loaded())));
        return List.of(
                Line.of(
                        "load 500 MiB, warm",
                        Line.Unit.SECONDS,
                        loaded.cluster().seconds(),
                        loaded.disk().seconds()),
                Line.of(
                        "load 500 MiB, processor time",
                        Line.Unit.CPU_SECONDS_PER_GIBIBYTE,
                        loaded.cluster().cpuSecondsPerGibibyte(Sources.LARGE_BYTES),
                        loaded.disk().cpuSecondsPerGibibyte(Sources.LARGE_BYTES)));
    }
}
