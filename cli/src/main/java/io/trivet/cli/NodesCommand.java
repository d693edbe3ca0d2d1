package io.trivet.cli;

import picocli.CommandLine.Command;

/** {@code trivet nodes} without a command: says what there is. */
@Command(
        name = "nodes",
        header = "Looks after the nodes of the cluster: which there are, and what part each has.",
        synopsisSubcommandLabel = "COMMAND")
final class NodesCommand extends GroupCommand {}
