package io.trivet.cli.admin;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.node.NamespaceRestore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet namespace restore}. */
@Command(
        name = "restore",
        sortOptions = false,
        header = "Makes a stopped node the only master of its cluster, with the namespace of a backup.",
        description = {
            "",
            "For when a majority of the masters is lost for good, or the namespace itself is. What was saved since the backup has no name afterwards; "
                    + "its chunks are kept. docs/operate/back-up-and-restore.md says what to do first and after.",
            ""
        })
public final class RestoreCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "What `trivet namespace backup` wrote.")
    String file = "";

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the node, which must not run.")
    String data = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    public RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        NamespaceRestore.Restored restored = NamespaceRestore.restore(console.local(file), console.local(data));
        console.say(Text.of(
                "restored {0} of entry {1}: {2} is the only master, epoch {3}, sweeping is off",
                Text.count(restored.backup().rows(), "row"),
                restored.backup().index(),
                restored.master(),
                restored.epoch()));
        if (!restored.shortened().isEmpty()) {
            console.complain(Text.of("these paths in the trash were too long and were shortened; no file was lost:"));
            restored.shortened().forEach(path -> console.complain(console.name(path)));
        }
        if (restored.unknownChunks() > 0) {
            console.complain(Text.of(
                    "{0} on this node belong to files that the backup does not know: they are kept and never deleted, and `trivet rescue` finds them",
                    Text.count(restored.unknownChunks(), "chunk")));
        }
        return ExitCode.DONE;
    }
}
