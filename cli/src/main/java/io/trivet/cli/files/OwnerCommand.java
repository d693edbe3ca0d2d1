package io.trivet.cli.files;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet chown}. */
@Command(
        name = "chown",
        sortOptions = false,
        header = "Sets the owner of files and directories.",
        description = {
            "",
            "The owner is a name that is kept and shown; it gives nobody a right. The limits of a user count the files that it owns, so this takes the right to "
                    + "administer the path. Groups are not kept.",
            ""
        })
public final class OwnerCommand extends PathsCommand {
    @Parameters(index = "0", paramLabel = "OWNER", description = "A name of up to 32 characters.")
    String owner = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "The files and directories.")
    List<String> paths = new ArrayList<>();

    public OwnerCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (owner.contains(":")) {
            throw new WrongUsage(Text.of("{0}: groups are not kept: name the owner alone", owner));
        }
    }

    @Override
    protected List<String> paths() {
        return paths;
    }

    @Override
    protected boolean tells() {
        return verbose;
    }

    @Override
    protected Said each(TrivetClient client, RemotePath path) {
        client.setMetadata(path, MetadataChange.NONE.withOwner(owner));
        return new Said(
                new Json().put("path", path.toString()).put("owner", owner), Text.of("{0}: owner {1}", path, owner));
    }
}
