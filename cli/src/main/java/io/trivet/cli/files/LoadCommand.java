package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.ResultLine;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.progress.TransferVerb;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.NameCollisions;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.LoadSummary;
import io.trivet.client.LocalTarget;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code trivet load}. */
@Command(
        name = "load",
        sortOptions = false,
        header = "Loads files from the cluster.",
        description = {
            "",
            "  load /data.csv          loads ./data.csv",
            "  load /data.csv x.csv    loads x.csv, which must not be a directory",
            "  load /data.csv dir/     loads dir/data.csv",
            "  load /a /b /c dir       loads several files into a directory",
            "  load -r /tree           loads a directory and all that is in it, as ./tree",
            "  load -r /tree dir       loads it as dir, or as dir/tree where dir is a directory",
            "  load /data.csv -        writes to standard output; all messages go to standard error",
            "",
            "An interrupted load of a file of three chunks or more goes on where it stopped when it is begun again, if the file in the cluster is still the "
                    + "same. A loaded file has the time of change that it was saved with.",
            "",
            "A symbolic link of the cluster is not followed: with -p it is made here; without, one that is named is refused, and those below a directory are left "
                    + "out.",
            "",
            "The last of several arguments is the TARGET. A file appears under its name when all of it is there and agrees with its checksums; an "
                    + "existing file is replaced. A symbolic link that is there is followed and stays, if it is named as TARGET; a pipe or a device is written to, and never replaced.",
            ""
        })
public final class LoadCommand extends TreeTransferCommand {
    private static final String STANDARD_OUTPUT = "-";

    public LoadCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() throws IOException, CommandFailure {
        super.check();
        selection();
        if (dryRun && toStandardOutput()) {
            throw new WrongUsage(Text.of("--dry-run does not apply to standard output: leave it out"));
        }
        if (toStandardOutput() && sources().size() > 1) {
            throw new WrongUsage(Text.of("only one file can be written to standard output"));
        }
        if (toStandardOutput() && preserve) {
            throw new WrongUsage(Text.of("--preserve is for files, and standard output is none"));
        }
        if (toStandardOutput() && update) {
            throw new WrongUsage(Text.of("--update compares sizes and times, and standard output has none"));
        }
        if (toStandardOutput() && recursive) {
            throw new WrongUsage(Text.of("a directory cannot be written to standard output"));
        }
        if (sources().contains(STANDARD_OUTPUT)) {
            throw new WrongUsage(Text.of("- (standard output) must be the last argument"));
        }
        if (!hasTarget() && RemoteName.path(arguments.getFirst()).isRoot()) {
            throw new WrongUsage(Text.of("the root has no name: say where to load it, for example: load -r / copy"));
        }
    }

    @Override
    protected int transfer(TrivetClient client) throws IOException, CommandFailure {
        List<Job> jobs = plan(client);
        if (toStandardOutput()) {
            return toStream(client, jobs.getFirst().source());
        }
        if (dryRun || update) {
            return loadAll(client, jobs);
        }
        return jobs.size() == 1 && jobs.getFirst().file() ? loadOne(client, jobs.getFirst()) : loadAll(client, jobs);
    }

    @Override
    public boolean writesBytes() {
        return toStandardOutput();
    }

    /** One source, what it is, and its target. */
    private record Job(RemotePath source, NameEntry entry, Path target) {
        boolean tree() {
            return entry instanceof NameEntry.Directory;
        }

        /** Whether a transfer of its bytes is all there is to do. */
        boolean file() {
            return entry instanceof NameEntry.File;
        }
    }

    private boolean hasTarget() {
        return arguments.size() > 1;
    }

    private boolean toStandardOutput() {
        return hasTarget() && arguments.getLast().equals(STANDARD_OUTPUT);
    }

    private List<String> sources() {
        return hasTarget() ? arguments.subList(0, arguments.size() - 1) : arguments;
    }

    private List<Job> plan(TrivetClient client) throws IOException, CommandFailure {
        List<RemotePath> sources = sources().stream().map(RemoteName::path).toList();
        List<NameEntry> entries = new ArrayList<>();
        for (RemotePath source : sources) {
            NameEntry entry = client.stat(source);
            if (entry instanceof NameEntry.Link && !preserve) {
                throw new CommandFailure(Text.of(
                        "{0}: is a symbolic link: load what it leads to, or make the link here with -p", source));
            }
            if (entry instanceof NameEntry.Directory && !recursive) {
                throw new CommandFailure(
                        Text.of("{0}: is a directory: add -r to load it with all that is in it", source));
            }
            entries.add(entry);
        }
        boolean into = intoTarget(entries);
        // Names that differ only in case or Unicode form collide here on every file system; a
        // second command can load the other one.
        NameCollisions nameCollisions = new NameCollisions(sources.size() > 1);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Job job = new Job(sources.get(i), entries.get(i), targetOf(sources.get(i), into));
            if (!nameCollisions.isNew(String.valueOf(job.target().getFileName()))) {
                throw new CommandFailure(Text.of(
                        "{0}: another source would be loaded to the same place, {1}", job.source(), job.target()));
            }
            jobs.add(job);
        }
        return jobs;
    }

    /** Whether sources are loaded into the target directory instead of to the target's name. */
    private boolean intoTarget(List<NameEntry> entries) throws IOException, CommandFailure {
        if (!hasTarget() || toStandardOutput()) {
            return false;
        }
        String written = arguments.getLast();
        Path target = console.local(written);
        if (namesDirectory(written)) {
            Files.createDirectories(target);
            return true;
        }
        if (Files.isDirectory(target)) {
            if (entries.size() == 1 && !(entries.getFirst() instanceof NameEntry.Directory)) {
                throw new CommandFailure(Text.of("{0}: is a directory: write {0}/ to load the file into it", written));
            }
            return true;
        }
        if (entries.size() > 1) {
            throw new CommandFailure(
                    Text.of("{0}: is not a directory: end it with / to make one that takes several files", written));
        }
        return false;
    }

    /** {@code dir/}, {@code .}, {@code ..} and {@code a/..} cannot name a file. */
    private static boolean namesDirectory(String written) {
        if (written.endsWith("/") || written.endsWith(File.separator)) {
            return true;
        }
        Path last = Path.of(written).getFileName();
        return last == null || last.toString().equals(".") || last.toString().equals("..");
    }

    private Path targetOf(RemotePath source, boolean into) throws CommandFailure {
        if (toStandardOutput()) {
            return console.directory();
        }
        if (hasTarget() && (!into || source.isRoot())) {
            return console.local(arguments.getLast());
        }
        Path directory = hasTarget() ? console.local(arguments.getLast()) : console.local(".");
        Path inside = LoadTree.inside(directory, source.name());
        return hasTarget() ? inside : console.local(source.name());
    }

    private int toStream(TrivetClient client, RemotePath source) throws IOException {
        LoadSummary summary;
        int nodes;
        try (ProgressDisplay display = new ProgressDisplay(
                console, Text.joined(source), verbose, Text.of("the output so far is incomplete"))) {
            summary = client.load(source, console.out(), display.meter().onlyFile());
            nodes = display.meter().nodes().size();
        }
        console.out().flush();
        console.warn(
                json
                        ? ResultLine.json(source, summary, STANDARD_OUTPUT)
                        : ResultLine.loaded(source, summary, nodes, Text.of("standard output")));
        return ExitCode.DONE;
    }

    private int loadOne(TrivetClient client, Job job) throws IOException, CommandFailure {
        checkTarget(job.target());
        LoadSummary summary;
        int nodes;
        try (ProgressDisplay display = new ProgressDisplay(
                console, Text.joined(job.source()), verbose, Text.of("nothing was changed; run the command again"))) {
            summary = resumably(
                    display,
                    () -> client.load(
                            job.source(),
                            job.target(),
                            preserve(),
                            display.meter().onlyFile()));
            nodes = display.meter().nodes().size();
        }
        tellResumed(summary.resumedChunks(), summary.record().chunkCount());
        String target = job.target().toString();
        console.say(
                json
                        ? ResultLine.json(job.source(), summary, target)
                        : ResultLine.loaded(job.source(), summary, nodes, target));
        return ExitCode.DONE;
    }

    private static void checkTarget(Path target) throws CommandFailure {
        if (Files.isDirectory(target)) {
            throw new CommandFailure(
                    Text.of("{0}: is a directory: a file of that name cannot be loaded over it", target));
        }
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw new CommandFailure(Text.of("{0}: there is no directory {1}: make it first", target, parent));
        }
    }

    private int loadAll(TrivetClient client, List<Job> jobs) throws IOException {
        Text what = jobs.size() == 1 ? Text.joined(jobs.getFirst().source()) : Text.count(jobs.size(), "source");
        return many(
                client,
                TransferVerb.LOAD,
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
        FileSelection fileSelection = selection();
        if (console.redraws() && !dryRun && !update && jobs.stream().allMatch(Job::tree)) {
            display.meter()
                    .expect(jobs.stream()
                            .mapToLong(job -> LoadTree.bytesBelow(client, job.source(), fileSelection))
                            .sum());
        }
        TransferLines lines = lines(display);
        LoadTree tree = new LoadTree(
                client, display, parallelTransfers, transferTotals, rules(), dryRun ? lines : null, null, lines);
        for (Job job : jobs) {
            if (job.tree()) {
                tree.load(job.source(), job.target());
            } else {
                launchFile(client, job, tree, display, parallelTransfers, transferTotals);
            }
        }
    }

    private void launchFile(
            TrivetClient client,
            Job job,
            LoadTree tree,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals)
            throws IOException {
        if (dryRun) { // reports what the transfer itself would refuse
            try {
                checkTarget(job.target());
                LocalTarget.of(job.target());
            } catch (CommandFailure | TrivetException e) {
                parallelTransfers.fail(job.source().toString(), e);
                return;
            }
        }
        if (job.entry() instanceof NameEntry.Link link) {
            try {
                if (!Files.isSymbolicLink(job.target())) {
                    checkTarget(job.target());
                }
                tree.loadLink(link.record(), job.source(), job.target());
            } catch (CommandFailure | TrivetException e) {
                parallelTransfers.fail(job.source().toString(), e);
            }
            return;
        }
        if ((dryRun || update)
                && client.stat(job.source()) instanceof NameEntry.File file
                && tree.isSettled(file.record(), job.source(), job.target())) {
            return;
        }
        parallelTransfers.launch(job.source().toString(), () -> {
            checkTarget(job.target());
            LoadSummary summary = client.load(
                    job.source(), job.target(), preserve(), display.meter().oneOfMany());
            transferTotals.loaded(summary);
            lines(display).loaded(job.source(), summary, job.target());
        });
    }
}
