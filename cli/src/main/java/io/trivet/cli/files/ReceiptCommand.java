package io.trivet.cli.files;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet receipt} without a command: prints the help. */
@Command(
        name = "receipt",
        header = "Gets and checks signed statements that the cluster has a file.",
        description = {
            "",
            "The leader signs that the file is committed, each holder that it has read its chunks back from its disk. Anybody who knows the cluster's authority "
                    + "can check that later, without the cluster.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
public final class ReceiptCommand extends GroupCommand {}
