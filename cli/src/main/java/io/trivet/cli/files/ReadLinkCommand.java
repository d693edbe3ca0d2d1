package io.trivet.cli.files;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Json;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet readlink}. */
@Command(name = "readlink", sortOptions = false, header = "Prints where symbolic links lead, a line each.")
public final class ReadLinkCommand extends PathsCommand {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The links.")
    List<String> paths = new ArrayList<>();

    public ReadLinkCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected List<String> paths() {
        return paths;
    }

    @Override
    protected boolean tells() {
        return true;
    }

    @Override
    protected Said each(TrivetClient client, RemotePath path) {
        String target = client.readLink(path);
        return new Said(new Json().put("path", path.toString()).put("target", target), console.name(target));
    }
}
