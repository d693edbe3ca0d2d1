package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet attr remove}. */
@Command(
        name = "remove",
        sortOptions = false,
        header = "Removes an attribute of a file; its content and its other attributes stay.",
        description = "It is an error if the file has no such attribute.")
public final class AttributeRemoveCommand extends ClusterCommand {
    @Option(names = "--json", description = "As JSON: {\"path\",\"removed\"}.")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
    String path = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The attribute, for example user.origin.")
    String name = "";

    public AttributeRemoveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        RemotePath asked = RemoteName.path(path);
        if (!client.attributes(asked).attributes().names().contains(name)) {
            throw new CommandFailure(Text.of("{0}: has no attribute {1}", asked, name));
        }
        AttributeValue.change(client, asked, before -> before.without(name));
        if (json) {
            console.say(new Json().put("path", asked.toString()).put("removed", name));
        } else if (verbose) {
            console.say(Text.of("{0}: {1} is removed", asked, name));
        }
        return ExitCode.DONE;
    }
}
