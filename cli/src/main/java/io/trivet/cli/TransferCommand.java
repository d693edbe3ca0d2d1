package io.trivet.cli;

import io.trivet.model.TrivetException;
import java.io.IOException;
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
            description = "Only what changed: a file that is there with the same size and time is left as it is.")
    boolean update;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Say what would be done, and do nothing.")
    boolean dryRun;

    @Option(names = "--json", description = "One JSON object for each file, on a line of its own.")
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
    final Selection selection() {
        if (!recursive && !(includes.isEmpty() && excludes.isEmpty())) {
            throw new WrongUsage(Text.of("--include and --exclude are for trees: add -r"));
        }
        return new Selection(
                includes.stream().map(Glob::parse).toList(),
                excludes.stream().map(Glob::parse).toList());
    }

    /** Launches all of it. */
    interface Launching {
        void launch(ProgressDisplay display, Flight flight, Tally tally) throws IOException;
    }

    /** Many files at once, then one line about them all. */
    final int many(Remote remote, Verb verb, Text what, Launching launching) throws IOException {
        Tally tally = new Tally();
        long failed;
        boolean gaveUp;
        try (ProgressDisplay display = new ProgressDisplay(console, what, verbose, UNFINISHED)) {
            Flight flight = new Flight(remote.filesAtOnce(), display::complain);
            try (flight) {
                launching.launch(display, flight, tally);
            }
            failed = flight.failed();
            gaveUp = flight.gaveUp();
        }
        if (!json) {
            console.say(
                    dryRun
                            ? verb.would(what, tally.plan())
                            : tally.closing(verb, what, tally.elapsed(), failed, gaveUp));
        }
        return failed == 0 ? Program.DONE : Program.FAILED;
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

    /** What a dry run says of one file. */
    final synchronized void tellPlan(String from, String to, long bytes, ProgressDisplay display) {
        display.say(
                json
                        ? new Json()
                                .put("from", from)
                                .put("to", to)
                                .put("size", bytes)
                                .put("dryRun", true)
                        : Text.joined(from, " -> ", to, " (", Wording.bytes(bytes), ")"));
    }

    /** Whether a file is the same as far as size and time (to the millisecond) tell. */
    static boolean isSame(long size, Instant modified, long otherSize, Instant otherModified) {
        return size == otherSize && modified.toEpochMilli() == otherModified.toEpochMilli();
    }
}
