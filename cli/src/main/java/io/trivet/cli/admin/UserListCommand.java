package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.LimitText;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.Right;
import io.trivet.model.User;
import io.trivet.model.UserUse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet user list}. */
@Command(name = "list", sortOptions = false, header = "Lists the users and what they may do.")
public final class UserListCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON, an object a line: {\"accessKey\",\"grants\":[{\"path\",\"rights\":[...]}],\"groups\":[...],\"usedBytes\",\"mostBytes\",\"usedFiles\",\"mostFiles\",\"sessions\",\"mostSessions\",\"mostRequests\"}; null where there is no limit.")
    boolean json;

    public UserListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        client.users().listWithUse().forEach((user, use) -> console.say(json ? json(user, use) : line(user)));
        return ExitCode.DONE;
    }

    /** A user as {@code --json} shows it. */
    public static Json json(User user, UserUse use) {
        return new Json()
                .put("accessKey", user.name())
                .put("grants", json(user.grants()))
                .put("groups", user.groups())
                .put("usedBytes", use.bytes())
                .put("mostBytes", LimitText.json(user.limits().bytes()))
                .put("usedFiles", use.files())
                .put("mostFiles", LimitText.json(user.limits().files()))
                .put("sessions", use.sessions())
                .put("mostSessions", user.limits().mostSessions())
                .put("mostRequests", user.limits().mostRequests());
    }

    static List<Json> json(List<Grant> grants) {
        return grants.stream()
                .map(grant -> new Json().put("path", grant.path().toString()).put("rights", rights(grant)))
                .toList();
    }

    static Text line(User user) {
        if (user.groups().isEmpty()) {
            return Text.joined(user.name(), "  ", text(user.grants()));
        }
        Text groups = Text.list(
                user.groups().stream().map(group -> Group.MARK + group).toList());
        return user.grants().isEmpty()
                ? Text.joined(user.name(), "  ", groups)
                : Text.joined(user.name(), "  ", text(user.grants()), "  ", groups);
    }

    static Text text(List<Grant> grants) {
        return grants.isEmpty()
                ? Text.of("may do nothing")
                : Text.list(grants.stream()
                        .map(grant -> grant.path() + ": " + String.join(" ", rights(grant)))
                        .toList());
    }

    private static List<String> rights(Grant grant) {
        return grant.rights().stream().sorted().map(Right::text).toList();
    }
}
