package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet group remove}. */
@Command(
        name = "remove",
        sortOptions = false,
        header = "Takes users out of a group, or removes it; they stay users.",
        description = {"", "What was granted to the group is granted to them no more.", ""})
public final class GroupRemoveCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
    String group = "";

    @Parameters(index = "1..*", paramLabel = "USER", description = "Who is taken out of it; the whole group without.")
    List<String> users = new ArrayList<>();

    @Option(names = "--json", description = "As JSON: {\"group\",\"removed\":[...]}; without users {\"removed\"}.")
    boolean json;

    public GroupRemoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        if (users.isEmpty()) {
            client.groups().remove(group);
            console.say(json ? new Json().put("removed", group) : Text.of("removed group {0}", group));
            return ExitCode.DONE;
        }
        users.forEach(user -> client.groups().setMember(group, user, false));
        console.say(
                json
                        ? new Json().put("group", group).put("removed", users)
                        : Text.of("not in group {0} any more: {1}", group, Text.list(users)));
        return ExitCode.DONE;
    }
}
