package io.trivet.cli.space;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.LimitText;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet quota set}. */
@Command(
        name = "set",
        sortOptions = false,
        header = "Limits the bytes and the files below a directory.",
        description = {
            "",
            "What is not named stays as it is. Where more is in use already nothing is removed, and nothing can be added. The first quota of a cluster counts what there is, some 10,000 files a second; until that is done, as quota list says, less is in use than there is.",
            "A save that would exceed it is refused with the kind QUOTA when it is committed.",
            ""
        })
public final class QuotaSetCommand extends ClusterCommand {
    @Parameters(paramLabel = "DIR", description = "The directory; / is everything.")
    String directory = "";

    @Option(names = "--bytes", paramLabel = "SIZE", description = "For example 500M, 10G, 2T (powers of 1,024); none.")
    @Nullable
    String bytes;

    @Option(
            names = "--files",
            paramLabel = "N",
            description = "How many files and directories there may be below it; none.")
    @Nullable
    String files;

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"directory\",\"quotaBytes\",\"quotaFiles\"}, null where there is no limit or it stays as it is.")
    boolean json;

    public QuotaSetCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (bytes == null && files == null) {
            throw new WrongUsage(Text.of("say --bytes, --files or both"));
        }
        LimitText.bytes("--bytes", bytes);
        LimitText.number("--files", files);
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath path = RemoteName.path(directory);
        Long mostBytes = LimitText.bytes("--bytes", bytes);
        Long mostFiles = LimitText.number("--files", files);
        client.quotas().set(path, mostBytes, mostFiles);
        console.say(
                json
                        ? new Json()
                                .put("directory", path.toString())
                                .put("quotaBytes", mostBytes == null ? null : LimitText.json(mostBytes))
                                .put("quotaFiles", mostFiles == null ? null : LimitText.json(mostFiles))
                        : Text.of("the quota of {0} is set", console.name(path.toString())));
        return ExitCode.DONE;
    }
}
