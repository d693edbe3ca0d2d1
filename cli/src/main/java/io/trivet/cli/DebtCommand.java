package io.trivet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet debt}. */
@Command(
        name = "debt",
        sortOptions = false,
        header = "Says what repair still owes: replicas that are not where they should be.",
        description = {
            "",
            "\"0 owed\" is only said when, since the last change of the cluster, every node compared all its chunks with all others, and a census looked for every chunk of every file. Chunks that no node holds are named, the first 100 of them.",
            ""
        })
final class DebtCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"owed\",\"oldestSeconds\",\"bytes\",\"bytesPerSecond\",\"etaSeconds\",\"checked\",\"asOf\",\"reason\",\"toHandBack\",\"conflicts\",\"missing\",\"missingChunks\":[{\"path\",\"part\",\"chunk\"}]}; etaSeconds is null while nothing moves, asOf while it was never checked.")
    boolean json;

    DebtCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        DebtReport report = new DebtReport(remote.debt());
        if (json) {
            console.say(report.json().toString());
        } else {
            report.lines().forEach(console::say);
        }
        return Program.DONE;
    }
}
