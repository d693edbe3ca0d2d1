package io.trivet.cli.space;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.RemoteWalk;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.QuotaUse;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet du}. */
@Command(
        name = "du",
        sortOptions = false,
        header = "Sums up the sizes of files below directories.",
        description = {
            "",
            "A line for each entry of the directory and one for all of it. Sizes are those of the files; on the disks each takes that many times the replicas.",
            ""
        })
public final class UsageCommand extends ClusterCommand {
    @Option(
            names = {"-s", "--summarize"},
            description = "Only one line for each PATH.")
    boolean summary;

    @Option(names = "--json", description = "As JSON, a line each: {\"path\",\"size\",\"files\"}.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "What to sum up; / without.")
    List<String> paths = new ArrayList<>();

    public UsageCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** A number of files and their bytes. */
    private record Sum(long files, long bytes) {
        static final Sum NONE = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(files + other.files, bytes + other.bytes);
        }
    }

    @Override
    protected int run(TrivetClient client) {
        List<QuotaUse> quotas = client.quotas().list().quotas();
        for (String path : paths.isEmpty() ? List.of("/") : paths) {
            RemotePath directory = RemoteName.path(path);
            sumUp(client, directory);
            quotas.stream()
                    .filter(use -> !json && use.directory().equals(directory))
                    .forEach(use -> console.say(QuotaListCommand.line(use, sizes, console.name(directory.toString()))));
        }
        return ExitCode.DONE;
    }

    private void sumUp(TrivetClient client, RemotePath path) {
        Sum all = Sum.NONE;
        if (client.stat(path) instanceof NameEntry.Recorded file) {
            all = of(file);
        } else {
            for (NameEntry nameEntry : client.list(path)) {
                RemotePath below = path.resolve(nameEntry.name());
                Sum sum = nameEntry instanceof NameEntry.Recorded file ? of(file) : below(client, below);
                all = all.plus(sum);
                if (!summary) {
                    tell(below.toString() + (nameEntry instanceof NameEntry.Directory ? "/" : ""), sum);
                }
            }
        }
        tell(path.toString(), all);
    }

    private static Sum of(NameEntry.Recorded file) {
        return new Sum(1, file.record().size());
    }

    private static Sum below(TrivetClient client, RemotePath directory) {
        Sum[] sum = {Sum.NONE};
        RemoteWalk.below(client, directory, FileSelection.ALL, (_, nameEntry) -> {
            sum[0] = nameEntry instanceof NameEntry.Recorded file ? sum[0].plus(of(file)) : sum[0];
            return true;
        });
        return sum[0];
    }

    private void tell(String path, Sum sum) {
        console.say(
                json
                        ? new Json().put("path", path).put("size", sum.bytes).put("files", sum.files)
                        : Text.row(
                                "%10s  %11s  %s",
                                sizes.text(sum.bytes), Text.count(sum.files, "file"), console.name(path)));
    }
}
