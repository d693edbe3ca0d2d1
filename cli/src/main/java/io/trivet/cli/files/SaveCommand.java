package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.ResultLine;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.progress.TransferVerb;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.FileType;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet save}. */
@Command(
        name = "save",
        sortOptions = false,
        header = "Saves files into the cluster.",
        description = {
            "",
            "  save FILE             saves /NAME",
            "  save FILE /data.csv   saves /data.csv",
            "  save FILE /dir/       saves /dir/NAME, as does /dir where it is a directory",
            "  save A B C /dir/      saves several files into a directory",
            "  save -r DIR [TARGET]  saves a directory and all that is in it",
            "  save - /data.csv      saves standard input",
            "",
            "An interrupted save of a file of three chunks or more goes on where it stopped when it is begun again within 30 minutes, if the file is still "
                    + "the same.",
            "",
            "A symbolic link that is named is followed. With -r and -p links below a directory are saved as links; without -p those to files are followed, and others "
                    + "are left out.",
            "",
            "The last of several arguments is the TARGET if it begins with /. Missing parent directories are made. An existing file is replaced at once "
                    + "and whole, when everything is on stable storage.",
            ""
        })
public final class SaveCommand extends TreeTransferCommand {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description =
                    "Of one file: when it is saved, its holders read it back and sign that they have it; FILE takes their receipt, which "
                            + "`trivet receipt verify` checks without the cluster.")
    @Nullable
    String receipt;

    public SaveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() throws IOException, CommandFailure {
        super.check();
        selection();
        if (receipt != null && (sources().size() > 1 || recursive || dryRun || update)) {
            throw new WrongUsage(Text.of("--receipt is for one file that is saved now"));
        }
        if (sources().contains(STANDARD_INPUT)) {
            if (sources().size() > 1) {
                throw new WrongUsage(Text.of("standard input cannot be combined with other sources"));
            }
            if (recursive || update || preserve) {
                throw new WrongUsage(Text.of(
                        "{0} does nothing for standard input: leave it out",
                        recursive ? "--recursive" : update ? "--update" : "--preserve"));
            }
            if (!hasTarget() || target().asDirectory()) {
                throw new WrongUsage(
                        Text.of("standard input has no name: say where to save it, for example: save - /data.csv"));
            }
        }
        for (String source : sources()) {
            checkSource(source);
        }
        if (hasTarget()) {
            target();
        }
    }

    @Override
    protected int transfer(TrivetClient client) throws IOException, CommandFailure {
        List<Job> jobs = plan(client);
        return jobs.size() == 1 && !jobs.getFirst().isTree() ? saveOne(client, jobs.getFirst()) : saveAll(client, jobs);
    }

    /** One source and its target. */
    private record Job(String name, Path source, RemotePath target) {
        boolean isStandardInput() {
            return name.equals(STANDARD_INPUT);
        }

        boolean isTree() {
            return !isStandardInput() && Files.isDirectory(source);
        }

        /** Whether its size and time are known before it is read. */
        boolean isFile() {
            return !isStandardInput() && Files.isRegularFile(source);
        }
    }

    private boolean hasTarget() {
        return arguments.size() > 1 && arguments.getLast().startsWith("/");
    }

    private RemoteName target() {
        return RemoteName.parse(arguments.getLast());
    }

    private List<String> sources() {
        return hasTarget() ? arguments.subList(0, arguments.size() - 1) : arguments;
    }

    private List<Job> plan(TrivetClient client) throws IOException, CommandFailure {
        List<Job> jobs = new ArrayList<>();
        boolean into = hasTarget() && target().isDirectory(client);
        if (hasTarget() && !into && sources().size() > 1) {
            throw new CommandFailure(Text.of(
                    "{0}: is not a directory: end it with / to make one that takes several files", target().path()));
        }
        for (String source : sources()) {
            jobs.add(new Job(source, console.local(source), targetOf(source, into)));
        }
        return jobs;
    }

    private void checkSource(String source) throws IOException, CommandFailure {
        if (source.equals(STANDARD_INPUT)) {
            return;
        }
        if (source.isEmpty()) {
            throw new CommandFailure(Text.of("the name is empty"));
        }
        Path path = console.local(source);
        if (!Files.exists(path)) {
            boolean mayBeTarget = arguments.size() > 1 && source.equals(arguments.getLast());
            throw new CommandFailure(
                    mayBeTarget
                            ? Text.of("{0}: no such file or directory (a target in the cluster begins with /)", source)
                            : Text.of("{0}: no such file or directory", source));
        }
        if (Files.isDirectory(path) && !recursive) {
            throw new CommandFailure(Text.of("{0}: is a directory: add -r to save it with all that is in it", source));
        }
        if (!Files.isReadable(path)) {
            throw new AccessDeniedException(source);
        }
        FileType type = FileType.of(path);
        if (type == FileType.SOCKET) {
            throw new CommandFailure(Text.of("{0}: is a socket: it has nothing to save", source));
        }
        if (update && type != FileType.REGULAR && type != FileType.DIRECTORY) {
            throw new WrongUsage(
                    Text.of("--update compares sizes and times, and {0} has none: it is a pipe or a device", source));
        }
    }

    private RemotePath targetOf(String source, boolean into) throws IOException, CommandFailure {
        if (hasTarget() && !into) {
            return target().path();
        }
        RemotePath directory = hasTarget() ? target().path() : RemotePath.ROOT;
        return directory.resolve(source.equals(STANDARD_INPUT) ? source : nameOf(source));
    }

    private String nameOf(String source) throws IOException, CommandFailure {
        Path name = console.local(source).normalize().getFileName();
        if (name == null || name.toString().isEmpty() || name.toString().equals("..")) {
            name = console.local(source).toRealPath().getFileName();
        }
        if (name == null) {
            throw new CommandFailure(Text.of("{0}: has no name: say where to save it", source));
        }
        return name.toString();
    }

    private int saveOne(TrivetClient client, Job job) throws IOException {
        if (dryRun || update) {
            TransferTotals transferTotals = new TransferTotals();
            if (isSettled(client, job, transferTotals)) {
                return ExitCode.DONE;
            }
        }
        SaveSummary summary;
        try (ProgressDisplay display = new ProgressDisplay(
                console, Text.joined(job.target()), verbose, Text.of("nothing was changed; run the command again"))) {
            summary = resumably(display, () -> save(client, job, display.meter().onlyFile()));
        }
        tellResumed(summary.resumedChunks(), summary.record().chunkCount());
        console.say(json ? ResultLine.json(job.target(), summary) : ResultLine.saved(job.target(), summary));
        if (receipt != null) {
            getReceipt(client, job.target(), console.local(receipt));
        }
        return ExitCode.DONE;
    }

    /** A failure here does not affect the file, which is saved. */
    private void getReceipt(TrivetClient client, RemotePath target, Path file) throws IOException {
        goesOn(Text.of("the file is saved; for its receipt try again: receipt get {0} {1}", target, file));
        SignedReceipt signed = client.replicas().receipt(target);
        ReceiptFile.write(file, signed);
        if (!json) {
            console.say(ReceiptFile.saved(file, signed));
        }
    }

    /** Whether the only source needs no transfer; prints why. */
    private boolean isSettled(TrivetClient client, Job job, TransferTotals transferTotals) throws IOException {
        try (ProgressDisplay display = new ProgressDisplay(console, job.target().toString())) {
            if (!compared(client, job).settles(job.target().toString(), transferTotals, display)) {
                if (!dryRun) {
                    return false;
                }
                plan(job, transferTotals, display);
            }
        }
        Text sum = transferTotals.plan();
        if (json && !dryRun) {
            console.say(transferTotals.json(false, 0, false));
        } else if (!json) {
            console.say(dryRun ? TransferVerb.SAVE.would(job.target(), sum) : TransferVerb.SAVE.did(job.target(), sum));
        }
        return true;
    }

    /** For a dry run: counts and prints one source, without reading it. */
    private void plan(Job job, TransferTotals transferTotals, ProgressDisplay display) throws IOException {
        if (job.isFile()) {
            transferTotals.planned(Files.size(job.source()));
            lines(display).file(job.name(), job.target().toString(), Files.size(job.source()));
        } else {
            transferTotals.plannedStream();
            lines(display).stream(job.name(), job.target().toString());
        }
    }

    /** With --update: compares the target with the source. */
    private Verdict compared(TrivetClient client, Job job) throws IOException {
        if (!update) {
            return Verdict.TRANSFER;
        }
        try {
            return client.stat(job.target()) instanceof NameEntry.File file
                    ? existing().ofSave(job.source(), file.record())
                    : Verdict.TRANSFER;
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                return Verdict.TRANSFER;
            }
            throw e;
        }
    }

    private SaveSummary save(TrivetClient client, Job job, Progress progress) throws IOException {
        return job.isStandardInput()
                ? client.save(console.input(), job.target(), progress)
                : client.save(job.source(), job.target(), preserve(), progress);
    }

    private int saveAll(TrivetClient client, List<Job> jobs) throws IOException {
        Text what = jobs.size() == 1 ? Text.joined(jobs.getFirst().target()) : Text.count(jobs.size(), "source");
        return many(
                client,
                TransferVerb.SAVE,
                what,
                (display, parallelTransfers, transferTotals) ->
                        launch(client, jobs, display, parallelTransfers, transferTotals));
    }

    private void launch(
            TrivetClient client,
            List<Job> jobs,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals)
            throws IOException {
        if (console.redraws() && !dryRun && !update) {
            long bytes = 0;
            for (Job job : jobs) {
                bytes += job.isTree() ? SaveTree.bytesBelow(job.source(), selection()) : Files.size(job.source());
            }
            display.meter().expect(bytes);
        }
        TransferLines lines = lines(display);
        SaveTree tree = new SaveTree(
                client, display, parallelTransfers, transferTotals, rules(), dryRun ? lines : null, null, lines);
        for (Job job : jobs) {
            if (job.isTree()) {
                tree.save(job.source(), job.target());
            } else if (!compared(client, job).settles(job.target().toString(), transferTotals, display)) {
                planOrLaunch(client, job, display, parallelTransfers, transferTotals);
            }
        }
    }

    private void planOrLaunch(
            TrivetClient client,
            Job job,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals)
            throws IOException {
        if (dryRun) {
            plan(job, transferTotals, display);
            return;
        }
        parallelTransfers.launch(job.name(), () -> {
            SaveSummary summary = save(client, job, display.meter().oneOfMany());
            transferTotals.saved(summary);
            lines(display).saved(job.target(), summary);
        });
    }
}
