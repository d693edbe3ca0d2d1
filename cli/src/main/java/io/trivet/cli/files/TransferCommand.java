package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.progress.TransferVerb;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.GlobPattern;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.FileTimes;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code save} and {@code load} have in common: the options, and many transfers in the air with one summary. */
abstract class TransferCommand extends ClusterCommand {
    private static final Text UNFINISHED =
            Text.of("files that are whole stay; the same command with --update goes on with the rest");

    @Option(
            names = {"-r", "--recursive"},
            description = "Directories as well, with all that is in them. Links to directories are not followed.")
    boolean recursive;

    @Option(names = "--include", paramLabel = "GLOB", description = "With -r: only files that fit; may be repeated.")
    List<String> includes = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description =
                    "With -r: no files and no directories that fit; may be repeated. A GLOB without a slash is for names at any depth, one "
                            + "with a slash for paths below the directory: *.tmp, build/**, {a,b}/*.csv.")
    List<String> excludes = new ArrayList<>();

    @Option(
            names = {"-u", "--update"},
            description =
                    "Only what is new: a target with the same size and time is left as it is, and so is one that is newer than its source, "
                            + "which is said. Times count as far as the file system keeps them.")
    boolean update;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Say what would be done, and do nothing.")
    boolean dryRun;

    @Option(
            names = "--json",
            description =
                    "One JSON object for each file, on a line of its own; \"error\" says what failed, \"skipped\" what was left out. Of several files the last "
                            + "object, \"summary\", counts.")
    boolean json;

    @Parameters(
            arity = "1..*",
            paramLabel = "SRC... [TARGET]",
            hideParamSyntax = true,
            description = "What, and where to.")
    List<String> arguments = new ArrayList<>();

    TransferCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** Throws {@link WrongUsage} for what is no pattern. */
    final FileSelection selection() {
        if (!recursive && !(includes.isEmpty() && excludes.isEmpty())) {
            throw new WrongUsage(Text.of("--include and --exclude are for trees: add -r"));
        }
        return new FileSelection(
                includes.stream().map(GlobPattern::parse).toList(),
                excludes.stream().map(GlobPattern::parse).toList());
    }

    /** Launches all of it. */
    interface Launching {
        void launch(ProgressDisplay display, ParallelTransfers parallelTransfers, TransferTotals transferTotals)
                throws IOException;
    }

    /** Many files at once, then one line about them all. */
    final int many(TrivetClient client, TransferVerb transferVerb, Text what, Launching launching) throws IOException {
        TransferTotals transferTotals = new TransferTotals();
        long failed;
        boolean gaveUp;
        try (ProgressDisplay display = new ProgressDisplay(console, what, verbose, UNFINISHED)) {
            ParallelTransfers parallelTransfers = new ParallelTransfers(
                    client.filesAtOnce(), (file, failure, line) -> tellFailure(file, failure, line, display));
            try (parallelTransfers) {
                launching.launch(display, parallelTransfers, transferTotals);
            }
            failed = parallelTransfers.failed();
            gaveUp = parallelTransfers.gaveUp();
        }
        if (json) {
            console.say(transferTotals.json(dryRun, failed, gaveUp));
        } else {
            console.say(
                    dryRun
                            ? transferVerb.would(what, transferTotals.plan())
                            : transferTotals.closing(transferVerb, what, transferTotals.elapsed(), failed, gaveUp));
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void tellFailure(String file, Throwable failure, Text line, ProgressDisplay display) {
        display.complain(line);
        if (json) {
            display.say(ErrorMessage.json(failure).put("path", file));
        }
    }

    /** A file that is left out, and why; a program hears of it as well. */
    final void tellSkipped(String file, Text why, ProgressDisplay display) {
        display.skipped(file, why);
        if (json) {
            display.say(new Json().put("path", file).put("skipped", why.toString()));
        }
    }

    /** The transfer of one file. */
    interface Transfer<T> {
        T run() throws IOException;
    }

    /** A transfer that fails as one does that may succeed later says how to go on, where it goes on by itself. */
    final <T> T resumably(ProgressDisplay display, Transfer<T> transfer) throws IOException {
        try {
            return transfer.run();
        } catch (TrivetException e) {
            if (e.kind().retryable() && display.meter().isResumable()) {
                goesOn(ProgressDisplay.RESUMABLE);
            }
            throw e;
        }
    }

    /** {@code resumed: 12 of 21 chunks were there}, if there were any. */
    final void tellResumed(int there, int count) {
        if (there > 0) {
            console.warn(Text.of("resumed: {0} of {1} were there", there, Text.count(count, "chunk")));
        }
    }

    /** What a dry run says of a source whose length nobody knows before it is read. */
    final synchronized void tellPlan(String from, String to, ProgressDisplay display) {
        display.say(
                json
                        ? new Json()
                                .put("from", from)
                                .put("to", to)
                                .put("size", null)
                                .put("dryRun", true)
                        : Text.of("{0} -> {1} (of unknown length)", from, to));
    }

    /** What a dry run says of one file. */
    final synchronized void tellPlan(String from, String to, long bytes, ProgressDisplay display) {
        display.say(
                json
                        ? new Json()
                                .put("from", from)
                                .put("to", to)
                                .put("size", bytes)
                                .put("dryRun", true)
                        : Text.joined(from, " -> ", to, " (", Format.bytes(bytes), ")"));
    }

    /** What {@code --update} makes of a file that is there already. */
    enum Update {
        /** The same, as far as size and time tell: left as it is. */
        UNCHANGED,
        /** The target was changed later than the source: left as it is, and said. */
        TARGET_NEWER,
        TRANSFER;

        /**
         * Of a local file that would replace one of the cluster. Times are compared as far as both
         * sides can keep them ({@link FileTimes}).
         */
        static Update ofSave(Path local, FileRecord record) throws IOException {
            return of(local, record, 1);
        }

        /** Of one of the cluster that would replace a local file. */
        static Update ofLoad(FileRecord record, Path local) throws IOException {
            return of(local, record, -1);
        }

        private static Update of(Path local, FileRecord record, int direction) throws IOException {
            Instant modified = Files.getLastModifiedTime(local).toInstant();
            int order = direction * FileTimes.compare(local, modified, record.modified());
            if (order < 0) {
                return TARGET_NEWER;
            }
            return order == 0 && Files.size(local) == record.size() ? UNCHANGED : TRANSFER;
        }

        /** Counts and says what is left as it is; false where the file is to be transferred. */
        boolean settles(String target, TransferTotals transferTotals, ProgressDisplay display) {
            switch (this) {
                case UNCHANGED -> transferTotals.unchanged();
                case TARGET_NEWER -> {
                    transferTotals.newer();
                    display.complain(Text.of("kept {0}: it is newer than its source", target));
                }
                case TRANSFER -> {
                    return false;
                }
            }
            return true;
        }
    }
}
