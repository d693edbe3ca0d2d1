package io.trivet.cli.files;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trivet chmod}. */
@Command(
        name = "chmod",
        sortOptions = false,
        header = "Sets the permissions of files and directories, which files have when they are loaded with -p.",
        description = {
            "",
            "  chmod 640 /a        sets them",
            "  chmod u+x,go-w /a   changes some",
            "",
            "The cluster keeps them and checks none of them: who may do what is set by `trivet user grant`.",
            ""
        })
public final class ModeCommand extends PathsCommand {
    @Parameters(index = "0", paramLabel = "MODE", description = "In octal, 0 to 777, or like u+x, go-w, a=r.")
    String mode = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "The files and directories.")
    List<String> paths = new ArrayList<>();

    public ModeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        ModeChange.parse(mode);
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
        int wanted = ModeChange.parse(mode).applied(modeOf(client, path));
        client.setMetadata(path, MetadataChange.NONE.withMode(wanted));
        String octal = String.format("%04o", wanted);
        return new Said(
                new Json().put("path", path.toString()).put("mode", octal), Text.of("{0}: mode {1}", path, octal));
    }

    private static int modeOf(TrivetClient client, RemotePath path) {
        return switch (client.stat(path)) {
            case NameEntry.Recorded file -> file.record().mode();
            case NameEntry.Directory directory -> directory.mode();
        };
    }
}
