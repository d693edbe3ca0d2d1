package io.trivet.cli.trash;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet trash} without a command: prints the help. */
@Command(
        name = "trash",
        header = "Shows and restores what was removed or replaced lately.",
        description = {
            "",
            "Removed and replaced files can be restored for a time, 24 hours unless set otherwise; so long they take room.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
public final class TrashCommand extends GroupCommand {}
