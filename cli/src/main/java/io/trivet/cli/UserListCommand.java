package io.trivet.cli;

import io.trivet.model.Grant;
import io.trivet.model.Right;
import io.trivet.model.User;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet user list}. */
@Command(name = "list", sortOptions = false, header = "Lists the users and what they may do.")
final class UserListCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description = "As JSON, an object a line: {\"accessKey\",\"grants\":[{\"path\",\"rights\":[...]}]}.")
    boolean json;

    UserListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        for (User user : remote.accounts().users()) {
            console.say(json ? json(user) : line(user));
        }
        return Program.DONE;
    }

    private static Json json(User user) {
        return new Json()
                .put("accessKey", user.name())
                .put(
                        "grants",
                        user.grants().stream()
                                .map(grant -> new Json()
                                        .put("path", grant.path().toString())
                                        .put("rights", rights(grant)))
                                .toList());
    }

    private static Text line(User user) {
        Text grants = Text.list(user.grants().stream()
                .map(grant -> grant.path() + ": " + String.join(" ", rights(grant)))
                .toList());
        return Text.joined(user.name(), "  ", user.grants().isEmpty() ? Text.of("may do nothing") : grants);
    }

    private static List<String> rights(Grant grant) {
        return grant.rights().stream().sorted().map(Right::text).toList();
    }
}
