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
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet attr get}. */
@Command(
        name = "get",
        sortOptions = false,
        header = "Writes the value of an attribute to standard output, byte by byte as it is.",
        description = "On a terminal a line of text. It is an error if the file has no such attribute.")
public final class AttributeGetCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"name\",\"value\":{\"text\"}}; {\"base64\"} for a value that is not UTF-8.")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
    String path = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The attribute, for example user.origin.")
    String name = "";

    public AttributeGetCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        RemotePath asked = RemoteName.path(path);
        AttributeValue value = client.attributes(asked)
                .attributes()
                .get(name)
                .map(AttributeValue::new)
                .orElseThrow(() -> new CommandFailure(Text.of("{0}: has no attribute {1}", asked, name)));
        if (json) {
            console.say(
                    new Json().put("path", asked.toString()).put("name", name).put("value", value.json()));
        } else if (console.isTerminal(Console.Stream.OUT)) {
            console.say(value.shown());
        } else {
            console.out().write(value.bytes());
            console.out().flush();
        }
        return ExitCode.DONE;
    }
}
