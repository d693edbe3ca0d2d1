package io.trivet.cli.web;

import io.trivet.cli.admin.GroupListCommand;
import io.trivet.cli.admin.UserGrantCommand;
import io.trivet.cli.admin.UserListCommand;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import io.trivet.model.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The page of users and rights. Secrets are neither shown nor set here. */
final class UserAnswers {
    private final TrivetClient client;
    private final ChangeLog changes;

    UserAnswers(TrivetClient client, ChangeLog changes) {
        this.client = client;
        this.changes = changes;
    }

    Json list(WebRequest request) {
        List<Json> users = new ArrayList<>();
        client.users().listWithUse().forEach((user, use) -> users.add(UserListCommand.json(user, use)));
        return new Json()
                .put("users", users)
                .put(
                        "groups",
                        client.groups().list().stream()
                                .map(GroupListCommand::json)
                                .toList());
    }

    /** These rights take the place of those at that path; none takes them away. */
    Json grant(WebRequest request) {
        String name = request.parameter("name");
        List<String> words = List.of(request.parameter("rights").strip().split(" +", -1));
        Set<Right> rights = words.equals(List.of("")) ? Set.of() : UserGrantCommand.rights(words);
        Grant grant = new Grant(request.path(), rights);
        client.users().setRights(name, grant);
        List<String> said = rights.stream().sorted().map(Right::text).toList();
        changes.add(
                rights.isEmpty()
                        ? Text.of("nothing is granted to {0} at {1} any more", name, grant.path())
                        : Text.of("{0} may {1} at {2} and below", name, String.join(" ", said), grant.path()));
        return new Json()
                .put("accessKey", name)
                .put("path", grant.path().toString())
                .put("rights", said);
    }
}
