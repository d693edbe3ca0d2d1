package io.trivet.cli.status;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.trash.TrashCan;
import io.trivet.cli.trash.TrashListCommand;
import io.trivet.client.TrivetClient;
import io.trivet.model.Debt;
import io.trivet.model.QueryResult;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet status}. */
@Command(
        name = "status",
        sortOptions = false,
        header = "Shows the nodes of the cluster, its leader, its layout.",
        description =
                "State of a node: up, full (up, but no room for a chunk), r/o (up, but its disks can only be read), failed (up, but no disk serves), down, ? (a leader that was just elected has not heard from it yet, or there is none). A layout 2.3 is the third after the restore that began epoch 2.")
public final class StatusCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON:"
                            + " {\"nodes\":[{\"id\",\"name\",\"address\",\"state\",\"usedBytes\",\"freeBytes\",\"clockAheadSeconds\",\"scrub\",\"awaySeconds\",\"outlook\",\"takenOverInSeconds\",\"votes\",\"seatTrouble\"}],"
                            + "\"leader\",\"masters\",\"voting\",\"layoutVersion\",\"replicas\",\"cluster\",\"chunkSize\",\"epoch\",\"sweeping\",\"graceSeconds\",\"debt\",\"health\",\"reasons\",\"plaintext\"}; outlook is what becomes of the slots of a node that is away: none, due, too-few-nodes, too-many-away, no-room or change-under-way; debt is that of `trivet debt`.")
    boolean json;

    public StatusCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        StatusTable table = new StatusTable(client.cluster().status());
        boolean plaintext = client.cluster().trust() instanceof TrustSettings.Plaintext;
        if (json) {
            console.say(json(client, table).put("plaintext", plaintext));
        } else {
            if (plaintext) {
                console.say(
                        Text.of("PLAINTEXT: connections are not encrypted, and servers do not prove their identity"));
            }
            console.table(table.lines(verbose));
            tellTrash(client);
        }
        return ExitCode.DONE;
    }

    /** Everything that {@code health} is computed from. */
    private static Json json(TrivetClient client, StatusTable table) {
        Optional<Debt> debt = HealthCommand.debt(client);
        Json json = table.json()
                .put("debt", debt.map(owed -> new DebtReport(owed).json()).orElse(null));
        return ClusterHealth.of(table.status(), debt).put(json);
    }

    /** Unknown without a quorum; the nodes are shown nevertheless. */
    private void tellTrash(TrivetClient client) {
        try {
            QueryResult.Trash trash = TrashCan.sum(client);
            if (trash.allFiles() > 0) {
                console.say(Text.plain(""));
                console.say(TrashListCommand.summary(trash, new SizeOption()));
            }
        } catch (TrivetException _) {
            // The table says that there is no leader.
        }
    }
}
