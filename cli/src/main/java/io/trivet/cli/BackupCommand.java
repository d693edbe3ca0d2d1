package io.trivet.cli;

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
final class BackupCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "Where to; replaced as a whole.")
    String file = "";

    BackupCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        long bytes = remote.backUpNamespace(console.local(file));
        console.say(Text.of("backed up the namespace to {0}: {1}", file, Wording.bytes(bytes)));
        return Program.DONE;
    }
}
