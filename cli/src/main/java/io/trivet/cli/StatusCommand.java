package io.trivet.cli;

import io.trivet.model.Answer;
import io.trivet.model.TrivetException;
import io.trivet.wire.Trust;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet status}. */
@Command(
        name = "status",
        sortOptions = false,
        header = "Shows the nodes of the cluster, its leader, its layout.",
        description =
                "State of a node: up, full (up, but takes no chunks), down, ? (a leader that was just elected has not heard from it yet, or there is none). A layout 2.3 is the third after the restore that began epoch 2.")
final class StatusCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON:"
                            + " {\"nodes\":[{\"id\",\"name\",\"address\",\"state\",\"usedBytes\",\"freeBytes\",\"scrub\"}],"
                            + "\"leader\",\"masters\",\"layoutVersion\",\"replicas\",\"cluster\",\"chunkSize\",\"epoch\",\"sweeping\",\"graceSeconds\",\"plaintext\"}.")
    boolean json;

    StatusCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        StatusTable table = new StatusTable(remote.status());
        boolean plaintext = remote.trust() instanceof Trust.Plaintext;
        if (json) {
            console.say(table.json().put("plaintext", plaintext));
        } else {
            if (plaintext) {
                console.say(Text.of("PLAINTEXT: connections are not encrypted, and nobody proves who he is"));
            }
            console.table(table.lines());
            tellTrash(remote);
        }
        return Program.DONE;
    }

    /** Without a quorum nobody knows; the nodes are shown all the same. */
    private void tellTrash(Remote remote) {
        try {
            Answer.Trash trash = TrashCan.sum(remote);
            if (trash.allFiles() > 0) {
                console.say(Text.plain(""));
                console.say(TrashListCommand.summary(trash, new SizeOption()));
            }
        } catch (TrivetException _) {
            // The table says that there is no leader.
        }
    }
}
