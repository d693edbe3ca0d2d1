package io.trivet.cli.admin;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet group} without a command: prints the help. */
@Command(
        name = "group",
        header = "Manages groups of users; rights granted to a group hold for all its users.",
        description = {
            "",
            "Rights are granted to a group as to a user, with @ before its name: trivet user grant @staff /shared read list.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
public final class GroupsCommand extends GroupCommand {}
