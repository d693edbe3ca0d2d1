package io.trivet.bench;

import java.util.List;
import java.util.Map;

/**
 * 500 MiB, saved by a command, including the start of its process, and of a JVM if it needs one.
 */
final class CommandSave implements BenchmarkCase {
    @Override
    public List<TableLine> measure(ContenderRounds contenderRounds) throws Exception {
        Sources sources = contenderRounds.sources();
        if (contenderRounds.cluster().saveCommand(sources.large(), "command").isEmpty()) {
            return List.of();
        }
        ContenderRounds.Comparison saved = contenderRounds.compare(
                (_, folder) -> {
                    LocalDisk.copyTwice(sources.large(), folder.resolve("copy"));
                    return 1;
                },
                (round, _) -> {
                    Tool.run(contenderRounds.cluster().saveCommand(sources.large(), "command" + round), Map.of());
                    return 1;
                });
        return List.of(TableLine.of(
                "save 500 MiB, the whole command",
                TableLine.Unit.SECONDS,
                saved.cluster().seconds(),
                saved.disk().seconds()));
    }
}
