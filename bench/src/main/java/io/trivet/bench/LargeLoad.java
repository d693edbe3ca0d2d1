package io.trivet.bench;

import java.util.List;

/**
 * The same file of 500 MiB, loaded repeatedly by a running client: from the second time on it is in
 * the page cache.
 */
final class LargeLoad implements BenchmarkCase {
    @Override
    public List<TableLine> measure(ContenderRounds contenderRounds) throws Exception {
        ContenderRounds.Comparison loaded = contenderRounds.compare(
                (_, folder) -> {
                    LocalDisk.copy(contenderRounds.sources().large(), folder.resolve("copy"));
                    return 1;
                },
                (_, folder) -> contenderRounds.cluster().load(Batch.one(folder, LargeSave.loaded())));
        return List.of(
                TableLine.of(
                        "load 500 MiB, warm",
                        TableLine.Unit.SECONDS,
                        loaded.cluster().seconds(),
                        loaded.disk().seconds()),
                TableLine.of(
                        "load 500 MiB, processor time",
                        TableLine.Unit.CPU_SECONDS_PER_GIBIBYTE,
                        loaded.cluster().cpuSecondsPerGibibyte(Sources.LARGE_BYTES),
                        loaded.disk().cpuSecondsPerGibibyte(Sources.LARGE_BYTES)));
    }
}
