package io.trivet.cli;

import picocli.CommandLine.Command;

/** {@code trivet user} without a command: says what there is. */
@Command(
        name = "user",
        header = "Looks after users: who may do what, and below which path.",
        synopsisSubcommandLabel = "COMMAND")
final class UserCommand extends GroupCommand {}
