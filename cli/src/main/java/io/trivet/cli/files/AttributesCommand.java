package io.trivet.cli.files;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet attr} without a command: prints the help. */
@Command(
        name = "attr",
        header = "Shows and changes what is kept beside the content of a file: values by name.",
        description = {
            "",
            "A file has up to 8 KiB of them. Those whose names begin with \"user.\" are the extended attributes of Linux, which `trivet save -p` keeps and `trivet load -p` "
                    + "gives back.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
public final class AttributesCommand extends GroupCommand {}
