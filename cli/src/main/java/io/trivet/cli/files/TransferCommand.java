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
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.Preserve;
import io.trivet.client.TrivetClient;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The common part of {@code save}, {@code load} and {@code sync}: options, and many parallel
 * transfers with one summary.
 */
abstract class TransferCommand extends ClusterCommand {
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

    @Option(
            names = {"-p", "--preserve"},
            description =
                    "Keep and give back more than bytes and time: permissions, also of directories, and their times; the extended attributes user.* of Linux, "
                            + "not those of directories; and symbolic links below a directory as links.")
    boolean preserve;

    @Option(
            names = "--limit-rate",
            paramLabel = "SIZE",
            description =
                    "At most this many bytes per second, for example 500KiB or 10MiB, of all files together; 64KiB at least.")
    @Nullable
    String limitRate;

    TransferCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() throws IOException, CommandFailure {
        rate();
    }

    /** In bytes per second; 0 for no limit. */
    private long rate() {
        if (limitRate == null) {
            return 0;
        }
        try {
            long rate = Units.bytes(limitRate);
            if (rate >= TrivetClient.LEAST_RATE) {
                return rate;
            }
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--limit-rate", ErrorMessage.reason(e)));
        }
        throw new WrongUsage(Text.of("--limit-rate is at least {0}, not {1}", "64KiB", limitRate));
    }

    final Preserve preserve() {
        return preserve ? Preserve.ALL : Preserve.USUAL;
    }

    static FileSelection selection(List<String> includes, List<String> excludes) {
        return new FileSelection(
                includes.stream().map(GlobPattern::parse).toList(),
                excludes.stream().map(GlobPattern::parse).toList());
    }

    /** Of a shell, the connection outlives the command. */
    @Override
    protected final int run(TrivetClient client) throws IOException, CommandFailure {
        long rate = rate();
        if (rate == 0) {
            return transfer(client);
        }
        client.limitRate(rate);
        try {
            return transfer(client);
        } finally {
            client.limitRate(0);
        }
    }

    /** What to do after an interruption. */
    protected abstract Text unfinished();

    /** Runs the transfer; returns the exit code. */
    protected abstract int transfer(TrivetClient client) throws IOException, CommandFailure;

    /** Starts all transfers. */
    interface Launching {
        void launch(ProgressDisplay display, ParallelTransfers parallelTransfers, TransferTotals transferTotals)
                throws IOException;

        /** What is done when all of them have ended. */
        default void finish() {}
    }

    /** Transfers many files in parallel, then prints a summary. */
    final int many(TrivetClient client, TransferVerb transferVerb, Text what, Launching launching) throws IOException {
        TransferTotals transferTotals = new TransferTotals();
        long failed;
        boolean gaveUp;
        try (ProgressDisplay display = new ProgressDisplay(console, what, verbose, unfinished())) {
            ParallelTransfers parallelTransfers = new ParallelTransfers(
                    client.filesAtOnce(), (file, failure, line) -> tellFailure(file, failure, line, display));
            try (parallelTransfers) {
                launching.launch(display, parallelTransfers, transferTotals);
            }
            launching.finish();
            parallelTransfers.finish();
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

    /** What is said of the files of this transfer. */
    final TransferLines lines(ProgressDisplay display) {
        return new TransferLines(display, json, verbose);
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
}
