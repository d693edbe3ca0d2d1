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
            "\"0 owed\" is only said when every node compared all its chunks with all others since the last change of the cluster. Chunks that no node holds are not seen by this.",
            ""
        })
final class DebtCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"owed\",\"oldestSeconds\",\"bytes\",\"bytesPerSecond\",\"etaSeconds\",\"checked\",\"asOf\",\"reason\",\"toHandBack\",\"conflicts\"}; etaSeconds is null while nothing moves, asOf while it was never checked.")
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
