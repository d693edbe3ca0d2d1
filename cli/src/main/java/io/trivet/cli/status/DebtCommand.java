package io.trivet.cli.status;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.TrivetClient;
import io.trivet.model.Debt;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet debt}. */
@Command(
        name = "debt",
        sortOptions = false,
        header = "Says what repair still owes: replicas that are not where they should be.",
        description = {
            "",
            "\"0 owed\" is reported only if, since the last change of the cluster, every node has compared all its chunks with all others, and a census has looked for every chunk of every file. Chunks that no node holds are named, the first 100 of them.",
            ""
        })
public final class DebtCommand extends ClusterCommand {
    private static final long ASK_NANOS = 1_000_000_000L;

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"owed\",\"oldestSeconds\",\"bytes\",\"bytesPerSecond\",\"etaSeconds\",\"checked\",\"asOf\",\"reason\",\"toHandBack\",\"conflicts\",\"missing\",\"missingChunks\":[{\"path\",\"part\",\"chunk\"}],\"nodes\":[{\"node\",\"owed\",\"bytes\",\"reason\"}]}; etaSeconds is null while nothing moves, asOf while it was never checked.")
    boolean json;

    @Option(
            names = {"-w", "--wait"},
            description = "Wait until nothing is owed and that was checked.")
    boolean wait;

    public DebtCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        ClusterNodes nodes = client.layout().nodes();
        while (wait && !isPaid(nodes.debt())) {
            awaitNone(client);
            nodes = client.layout().nodes(); // what is printed is what ended the wait
        }
        DebtReport report = new DebtReport(nodes.debt());
        OwedByNode owed = new OwedByNode(nodes);
        if (json) {
            console.say(report.json().put("nodes", owed.json()));
        } else {
            console.table(report.lines());
            console.table(owed.lines());
        }
        return ExitCode.DONE;
    }

    private static boolean isPaid(Debt debt) {
        return debt.checked() && debt.owed() == 0;
    }

    /** Asks every second, until nothing is owed or the user ends the command. */
    private void awaitNone(TrivetClient client) {
        try (ProgressDisplay display =
                new ProgressDisplay(console, Text.of("repair"), false, Text.of("repair continues in the background"))) {
            OwedProgress owed = new OwedProgress(display);
            Debt debt = client.cluster().debt();
            while (!isPaid(debt)) {
                display.label(
                        debt.owed() > 0
                                ? Text.of("repair: {0} owed", debt.owed())
                                : Text.of("repair: {0}", Text.told(debt.reason())));
                owed.show(debt);
                LockSupport.parkNanos(ASK_NANOS);
                debt = client.cluster().debt();
            }
        }
    }
}
