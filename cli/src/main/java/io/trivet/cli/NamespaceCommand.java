package io.trivet.cli;

import picocli.CommandLine.Command;

/** {@code trivet namespace} without a command: says what there is. */
@Command(
        name = "namespace",
        header = "Looks after the namespace: names, records, ids.",
        synopsisSubcommandLabel = "COMMAND")
final class NamespaceCommand extends GroupCommand {}
