package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet attr set}. */
@Command(
        name = "set",
        sortOptions = false,
        header = "Sets an attribute of a file; its content and its other attributes stay.",
        description = {
            "",
            "Of two commands that change attributes of one file at the same moment, one may undo what the other did.",
            ""
        })
public final class AttributeSetCommand extends ClusterCommand {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "The value is the bytes of this local file; - for standard input.")
    @Nullable
    String from;

    @Option(names = "--json", description = "As JSON: {\"path\",\"name\"}.")
    boolean json;

    @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
    String path = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The attribute, for example user.origin.")
    String name = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "VALUE", description = "The value, as text.")
    @Nullable
    String value;

    public AttributeSetCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if ((value == null) == (from == null)) {
            throw new WrongUsage(Text.of("say the value: VALUE, or --from FILE"));
        }
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        RemotePath asked = RemoteName.path(path);
        byte[] bytes = value();
        AttributeValue.change(client, asked, before -> before.with(name, bytes));
        if (json) {
            console.say(new Json().put("path", asked.toString()).put("name", name));
        } else if (verbose) {
            console.say(Text.of("{0}: {1} is set", asked, name));
        }
        return ExitCode.DONE;
    }

    /** One byte more than there may be is enough for the refusal. */
    private byte[] value() throws IOException {
        if (from == null) {
            return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        }
        if (from.equals(STANDARD_INPUT)) {
            return console.input().readNBytes(Attributes.MAX_BYTES + 1);
        }
        try (InputStream file = Files.newInputStream(console.local(from))) {
            return file.readNBytes(Attributes.MAX_BYTES + 1);
        }
    }
}
