package io.trivet.cli;

import io.trivet.model.Entry;
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
final class UsageCommand extends ClusterCommand {
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

    UsageCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** So many files with so many bytes. */
    private record Sum(long files, long bytes) {
        static final Sum NONE = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(files + other.files, bytes + other.bytes);
        }
    }

    @Override
    int run(Remote remote) {
        for (String path : paths.isEmpty() ? List.of("/") : paths) {
            sumUp(remote, RemoteName.path(path));
        }
        return Program.DONE;
    }

    private void sumUp(Remote remote, RemotePath path) {
        Sum all = Sum.NONE;
        if (remote.stat(path) instanceof Entry.File file) {
            all = of(file);
        } else {
            for (Entry entry : remote.list(path)) {
                RemotePath below = path.resolve(entry.name());
                Sum sum = entry instanceof Entry.File file ? of(file) : below(remote, below);
                all = all.plus(sum);
                if (!summary) {
                    tell(below.toString() + (entry instanceof Entry.Directory ? "/" : ""), sum);
                }
            }
        }
        tell(path.toString(), all);
    }

    private static Sum of(Entry.File file) {
        return new Sum(1, file.record().size());
    }

    private static Sum below(Remote remote, RemotePath directory) {
        Sum[] sum = {Sum.NONE};
        RemoteWalk.below(remote, directory, Selection.ALL, (_, entry) -> {
            sum[0] = entry instanceof Entry.File file ? sum[0].plus(of(file)) : sum[0];
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
