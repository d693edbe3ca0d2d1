package io.trivet.cli.admin;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.rescue.CopiedNames;
import io.trivet.rescue.KnownNames;
import io.trivet.rescue.Rescue;
import io.trivet.rescue.RescueSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet rescue}. */
@Command(
        name = "rescue",
        sortOptions = false,
        header = "Rebuilds files from the disks of nodes alone, without a cluster.",
        description = {
            "",
            "Needs neither running nodes nor the masters' data, only what is under chunks/ and volumes/ on the disks; these are read and never written. Name the "
                    + "disks of as many nodes as there are: a chunk is taken from any replica that has it as it was stored, block by block.",
            "",
            "Files come out under DIR at the paths they were saved under. Only whole files do; of the others it says which chunks are missing or bad. "
                    + "Names are taken from the newest copy of the namespace on these disks: what was removed, replaced or never committed before it was made "
                    + "stays away, what is newer comes out too and is told. Where there is no copy nobody knows: such files come out as well. Where "
                    + "several files were saved under one path, or a path is also a directory of another, all of them are named PATH~ID; so is a file "
                    + "in DIR itself whose path cannot be a name here.",
            "",
            "What is in DIR is never replaced: a file that is there with the same content is whole, with another it is an error. So an interrupted "
                    + "rescue, or one with more disks, can be run again.",
            ""
        })
public final class RescueCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--from",
            required = true,
            arity = "1..*",
            paramLabel = "DISKDIR",
            description = "Directories that hold chunks/: the data directories of nodes, or copies of them.")
    List<String> from = List.of();

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Where files come out; made if needed.")
    @Nullable
    String to;

    @Option(
            names = "--without-names",
            description = "Pass over copies of the namespace: everything that is whole comes out, removed files too.")
    boolean withoutNames;

    @Option(
            names = "--json",
            description =
                    "As JSON: {\"files\",\"whole\",\"incomplete\",\"conflict\",\"notWritten\",\"gone\",\"bytes\",\"replicas\",\"badReplicas\","
                            + "\"unreadDirectories\",\"namesAsOf\",\"results\":[{\"id\",\"path\",\"status\",...}]}. Status: whole (\"target\",\"note\",\"size\",\"crc32c\"), "
                            + "incomplete (\"missing\",\"missingCount\",\"bad\",\"badCount\",\"endKnown\"; lists end after 1000 numbers), "
                            + "conflict (\"reason\"), notWritten (\"reason\"), gone (removed, replaced or never committed).")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    public RescueCommand(Console console) {
        this.console = console;
    }

    /** Returns 0 if every file of which anything was found is complete, 1 otherwise. */
    @Override
    public Integer call() throws IOException {
        List<Path> disks = from.stream().map(console::local).toList();
        Path target = console.local(String.valueOf(to));
        long begin = System.nanoTime();
        RescueReport report = new RescueReport(console, json);
        Optional<CopiedNames> names =
                withoutNames ? Optional.empty() : CopiedNames.newest(disks, what -> console.complain(Text.told(what)));
        KnownNames known = names.<KnownNames>map(copied -> copied).orElse(KnownNames.NONE);
        RescueSummary summary = run(new Rescue(disks, target, known, report), report);
        Duration duration = Duration.ofNanos(System.nanoTime() - begin);
        report.close(summary, names.map(CopiedNames::asOf), disks.size(), target, duration);
        return summary.isComplete() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private RescueSummary run(Rescue rescue, RescueReport report) throws IOException {
        try (ProgressDisplay display = new ProgressDisplay(
                console,
                Text.of("rescue"),
                false,
                Text.of("complete files are kept; run the same command again for the rest"))) {
            report.showOn(display);
            return rescue.run();
        }
    }
}
