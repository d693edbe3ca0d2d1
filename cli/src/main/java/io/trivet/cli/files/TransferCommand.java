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

/**
 * The common part of {@code save} and {@code load}: the options, and many parallel transfers with
 * one summary.
 */
abstract class TransferCommand extends ClusterCommand {
    private static final Text UNFINISHED =
            Text.of("complete files are kept; run the same command with --update to transfer the rest");

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

    /** Throws {@link WrongUsage} for an invalid pattern. */
    final FileSelection selection() {
        if (!recursive && !(includes.isEmpty() && excludes.isEmpty())) {
            throw new WrongUsage(Text.of("--include and --exclude are for trees: add -r"));
        }
        return new FileSelection(
                includes.stream().map(GlobPattern::parse).toList(),
                excludes.stream().map(GlobPattern::parse).toList());
    }

    /** Starts all transfers. */
    interface Launching {
        void launch(ProgressDisplay display, ParallelTransfers parallelTransfers, TransferTotals transferTotals)
                throws IOException;
    }

    /** Transfers many files in parallel, then prints a summary. */
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

    /** Reports a skipped file and the reason, also as JSON if requested. */
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

    /**
     * If the transfer fails in a way that a retry can help, and can be resumed, the error message
     * says how to continue.
     */
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
            console.warn(Text.of("resumed: {0} of {1} were already stored", there, Text.count(count, "chunk")));
        }
    }

    /** Prints a source of unknown length in a dry run. */
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

    /** Prints one file of a dry run. */
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

    /** What {@code --update} does with an existing file. */
    enum Update {
        /** Size and time are equal: the target is kept. */
        UNCHANGED,
        /** The target is newer than the source: it is kept, and reported. */
        TARGET_NEWER,
        TRANSFER;

        /**
         * For a local file that would replace a remote one. Times are compared at the precision
         * that both sides can keep ({@link FileTimes}).
         */
        static Update ofSave(Path local, FileRecord record) throws IOException {
            return of(local, record, 1);
        }

        /** For a remote file that would replace a local one. */
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

        /** Counts and reports a kept target; false if the file must be transferred. */
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
