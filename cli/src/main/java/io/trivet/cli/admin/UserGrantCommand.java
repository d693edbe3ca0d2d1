package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import io.trivet.model.Right;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user grant}. */
@Command(
        name = "grant",
        sortOptions = false,
        header = "Says what a user, or a group, may do at a path and below it.",
        description = {
            "",
            "These rights take the place of those the user had at that very path; rights at other paths stay. administer includes the others, and at / all that concerns the cluster.",
            ""
        })
public final class UserGrantCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The access key; or @GROUP.")
    String name = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "Where: / is everything.")
    String path = "";

    @Parameters(index = "2..*", arity = "1..*", paramLabel = "RIGHT", description = "read, write, list, administer.")
    List<String> words = new ArrayList<>();

    @Option(names = "--json", description = "As JSON: {\"accessKey\",\"path\",\"rights\"}.")
    boolean json;

    public UserGrantCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        rights();
    }

    private Set<Right> rights() {
        return rights(words);
    }

    /** Throws {@link WrongUsage} for a word that is no right. */
    public static Set<Right> rights(List<String> words) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (String word : words) {
            try {
                rights.add(Right.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(
                        Text.of("no right is called {0}: there are read, write, list and administer", word));
            }
        }
        return rights;
    }

    @Override
    protected int run(TrivetClient client) {
        Grant grant = new Grant(RemoteName.path(path), rights());
        client.users().setRights(name, grant);
        List<String> said = rights().stream().map(Right::text).toList();
        console.say(
                json
                        ? new Json()
                                .put("accessKey", name)
                                .put("path", grant.path().toString())
                                .put("rights", said)
                        : Text.of("{0} may {1} at {2} and below", name, String.join(" ", said), grant.path()));
        return ExitCode.DONE;
    }
}
