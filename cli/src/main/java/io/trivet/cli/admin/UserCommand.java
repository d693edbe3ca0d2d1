package io.trivet.cli.admin;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet user} without a command: prints the help. */
@Command(name = "user", header = "Manages users and their rights.", synopsisSubcommandLabel = "COMMAND")
public final class UserCommand extends GroupCommand {}
