package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet mkdir}. */
@Command(
        name = "mkdir",
        sortOptions = false,
        header = "Makes directories, and the missing ones above them; one that exists is left as it is.")
public final class MakeDirectoryCommand extends ClusterCommand {
    @Option(
            names = {"-p", "--parents"},
            hidden = true,
            description = "Always done; accepted for compatibility.")
    boolean habit;

    @Option(
            names = {"-m", "--mode"},
            paramLabel = "MODE",
            description = "The permissions of the directories that are named, in octal; 755 without.")
    @Nullable
    String mode;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "The directories to make.")
    List<String> paths = new ArrayList<>();

    public MakeDirectoryCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (mode != null) {
            ModeChange.parse(mode);
        }
    }

    @Override
    protected int run(TrivetClient client) {
        List<RemotePath> all = paths.stream().map(RemoteName::path).toList();
        int permissions = ModeChange.parse(mode == null ? "755" : mode).applied(NameEntry.Directory.DEFAULT_MODE);
        all.forEach(path -> client.makeDirectory(path, MetadataChange.NONE.withMode(permissions)));
        return ExitCode.DONE;
    }
}
