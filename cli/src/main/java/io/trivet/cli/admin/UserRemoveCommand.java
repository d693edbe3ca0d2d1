package io.trivet.cli.admin;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user remove}. */
@Command(
        name = "remove",
        sortOptions = false,
        header = "Removes a user; the user's files stay.",
        description = "The last user who may administer / cannot be removed.")
public final class UserRemoveCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key.")
    String name = "";

    @Option(names = "--json", description = "As JSON: {\"removed\"}.")
    boolean json;

    public UserRemoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        client.users().remove(name);
        console.say(json ? new Json().put("removed", name) : Text.of("removed {0}", name));
        return ExitCode.DONE;
    }
}
