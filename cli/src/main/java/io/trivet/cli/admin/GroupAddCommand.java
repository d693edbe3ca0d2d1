package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.GroupAdmin;
import io.trivet.client.TrivetClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet group add}. */
@Command(name = "add", sortOptions = false, header = "Makes a group, or takes users into one.")
public final class GroupAddCommand extends ClusterCommand {
    @Parameters(
            index = "0",
            paramLabel = "GROUP",
            description = "Letters, digits, dots, underscores, hyphens; made where there is none.")
    String group = "";

    @Parameters(index = "1..*", paramLabel = "USER", description = "Users to add to the group.")
    List<String> users = new ArrayList<>();

    @Option(names = "--json", description = "As JSON: {\"group\",\"added\":[...]}.")
    boolean json;

    public GroupAddCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        GroupAdmin groups = client.groups();
        boolean known = groups.list().stream().anyMatch(each -> each.name().equals(group));
        if (!known) {
            groups.add(group);
        }
        users.forEach(user -> groups.setMember(group, user, true));
        console.say(json ? new Json().put("group", group).put("added", users) : said(known));
        return ExitCode.DONE;
    }

    private Text said(boolean known) {
        if (!users.isEmpty()) {
            return Text.of("in group {0}: {1}", group, Text.list(users));
        }
        return known ? Text.of("there is a group {0} already", group) : Text.of("made group {0}", group);
    }
}
