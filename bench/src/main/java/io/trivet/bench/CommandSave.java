package io.trivet.bench;

import java.util.List;
import java.util.Map;

/** 500 MiB, saved by a command that a person types: with the start of its process, of a Java machine where it takes one. */
final class CommandSave implements Row {
    @Override
    public List<Line> measure(Trial trial) throws Exception {
        Sources sources = trial.sources();
        if (trial.cluster().saveCommand(sources.large(), "command").isEmpty()) {
            return List.of();
        }
        Trial.Comparison saved = trial.compare(
                (_, folder) -> {
                    LocalDisk.copyTwice(sources.large(), folder.resolve("copy"));
                    return 1;
                },
                (round, _) -> {
                    Tool.run(trial.cluster().saveCommand(sources.large(), "command" + round), Map.of());
                    return 1;
                });
        return List.of(Line.of(
                "save 500 MiB, the whole command",
                Line.Unit.SECONDS,
                saved.cluster().seconds(),
                saved.disk().seconds()));
    }
}
