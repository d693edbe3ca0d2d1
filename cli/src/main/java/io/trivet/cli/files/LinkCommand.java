package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.Condition;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet ln}. */
@Command(
        name = "ln",
        sortOptions = false,
        header = "Makes a symbolic link.",
        description = {
            "",
            "The cluster keeps links and follows none: `trivet load -r -p` makes them on a computer, where they lead to what is there. TARGET is kept as it is "
                    + "written, 1 to 4095 bytes, and need not exist.",
            ""
        })
public final class LinkCommand extends ClusterCommand {
    @Option(
            names = {"-s", "--symbolic"},
            description = "Needed: there are no hard links.")
    boolean symbolic;

    @Option(
            names = {"-f", "--force"},
            description = "Replace a file or link that has the name; it goes into the trash.")
    boolean force;

    @Parameters(index = "0", paramLabel = "TARGET", description = "Where the link leads.")
    String target = "";

    @Parameters(
            index = "1",
            paramLabel = "PATH",
            description = "The link; in a directory, or if it ends with /, it gets the last name of TARGET.")
    String path = "";

    public LinkCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (!symbolic) {
            throw new WrongUsage(
                    Text.of("there are no hard links: write ln -s, or copy the file with cp, which moves no byte"));
        }
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        RemoteName name = RemoteName.parse(path);
        RemotePath link = name.isDirectory(client) ? name.path().resolve(lastName()) : name.path();
        if (force) {
            client.createLink(link, target, MetadataChange.NONE);
            return ExitCode.DONE;
        }
        try {
            client.onlyIf(Condition.absent(link)).createLink(link, target, MetadataChange.NONE);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.CONDITION_FAILED) {
                throw new CommandFailure(Text.of("{0} exists and stays as it is", link));
            }
            throw e;
        }
        return ExitCode.DONE;
    }

    private String lastName() throws CommandFailure {
        String name = target.replaceAll("/+$", "");
        name = name.substring(name.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new CommandFailure(Text.of("{0}: has no name: say how the link is called", target));
        }
        return name;
    }
}
