package io.trivet.cli.admin;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet namespace} without a command: prints the help. */
@Command(
        name = "namespace",
        header = "Looks after the namespace: names, records, ids.",
        synopsisSubcommandLabel = "COMMAND")
public final class NamespaceCommand extends GroupCommand {}
