package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.RemotePath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet attr list}. */
@Command(name = "list", sortOptions = false, header = "Shows the attributes of a file.")
public final class AttributeListCommand extends ClusterCommand {
    @Option(
            names = "--json",
            description =
                    "As JSON: {\"path\",\"attributes\":{NAME:{\"text\"}}}; {\"base64\"} for a value that is not UTF-8.")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
    String path = "";

    public AttributeListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath asked = RemoteName.path(path);
        Attributes attributes = client.attributes(asked).attributes();
        if (json) {
            Json values = new Json();
            attributes
                    .names()
                    .forEach(name -> values.put(name, value(attributes, name).json()));
            console.say(new Json().put("path", asked.toString()).put("attributes", values));
        } else {
            attributes
                    .names()
                    .forEach(name -> console.say(
                            Text.joined(name, "=", value(attributes, name).shown())));
        }
        return ExitCode.DONE;
    }

    private static AttributeValue value(Attributes attributes, String name) {
        return new AttributeValue(attributes.get(name).orElseThrow());
    }
}
