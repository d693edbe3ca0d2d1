package io.trivet.cli.layout;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet nodes} without a command: prints the help. */
@Command(
        name = "nodes",
        header = "Looks after the nodes of the cluster: which there are, and what part each has.",
        synopsisSubcommandLabel = "COMMAND")
public final class NodesCommand extends GroupCommand {}
