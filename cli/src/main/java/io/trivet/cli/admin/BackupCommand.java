package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.node.NamespaceRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet namespace backup}. */
@Command(
        name = "backup",
        sortOptions = false,
        header = "Writes the namespace, as it is at one moment, to a local file.",
        description = {
            "",
            "Names, records and layouts; the bytes of files stay on the nodes. Keep it elsewhere: it brings back the cluster when most masters are lost.",
            ""
        })
public final class BackupCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "Where to; replaced as a whole.")
    String file = "";

    public BackupCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        long bytes = client.cluster().backUpNamespace(console.local(file), NamespaceRestore::requireRestorable);
        console.say(Text.of("backed up the namespace to {0}: {1}", file, Format.bytes(bytes)));
        return ExitCode.DONE;
    }
}
