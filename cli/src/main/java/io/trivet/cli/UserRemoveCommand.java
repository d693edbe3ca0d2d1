package io.trivet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet user remove}. */
@Command(
        name = "remove",
        sortOptions = false,
        header = "Removes a user; the user's files stay.",
        description = "The last one who may administer / cannot be removed.")
final class UserRemoveCommand extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "The access key.")
    String name = "";

    @Option(names = "--json", description = "As JSON: {\"removed\"}.")
    boolean json;

    UserRemoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    int run(Remote remote) {
        remote.accounts().remove(name);
        console.say(json ? new Json().put("removed", name) : Text.of("removed {0}", name));
        return Program.DONE;
    }
}
