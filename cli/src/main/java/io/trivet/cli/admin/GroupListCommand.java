package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Group;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet group list}. */
@Command(name = "list", sortOptions = false, header = "Lists the groups with their users and rights.")
public final class GroupListCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON, an object a line: {\"group\",\"users\":[...],\"grants\":[{\"path\",\"rights\":[...]}]}.")
    boolean json;

    public GroupListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        List<Group> groups = client.groups().list();
        if (groups.isEmpty() && !json) {
            console.say(Text.of("there is no group"));
        }
        groups.forEach(group -> console.say(json ? json(group) : line(group)));
        return ExitCode.DONE;
    }

    /** A group as {@code --json} shows it. */
    public static Json json(Group group) {
        return new Json()
                .put("group", group.name())
                .put("users", group.members())
                .put("grants", UserListCommand.json(group.grants()));
    }

    private static Text line(Group group) {
        Object members = group.members().isEmpty() ? Text.of("nobody") : Text.list(group.members());
        return Text.joined("@", group.name(), "  ", UserListCommand.text(group.grants()), "  ", members);
    }
}
