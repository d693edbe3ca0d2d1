package io.trivet.cli.space;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet quota} without a command: prints the help. */
@Command(
        name = "quota",
        header = "Limits how much may be below a directory.",
        description = {
            "",
            "A quota counts the bytes of files, once whatever the number of replicas, and the names of files and directories. What is in the trash does not count. It belongs to the directory: it stays where the directory is renamed, and goes when the directory is removed.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
public final class QuotaCommand extends GroupCommand {}
