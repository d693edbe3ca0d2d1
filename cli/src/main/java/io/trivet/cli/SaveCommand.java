package io.trivet.cli;

import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.model.Entry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

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
            "The last of several arguments is the TARGET if it begins with /. Missing parent directories are made. An existing file is replaced at once "
                    + "and whole, when everything is on stable storage.",
            ""
        })
final class SaveCommand extends TransferCommand {
    private static final String STANDARD_INPUT = "-";

    SaveCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() throws IOException, CommandFailure {
        selection();
        if (sources().contains(STANDARD_INPUT)) {
            if (sources().size() > 1) {
                throw new WrongUsage(Text.of("standard input is saved alone"));
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
    int run(Remote remote) throws IOException, CommandFailure {
        List<Job> jobs = plan(remote);
        return jobs.size() == 1 && !jobs.getFirst().isTree() ? saveOne(remote, jobs.getFirst()) : saveAll(remote, jobs);
    }

    /** One source and where it goes. */
    private record Job(String name, Path source, RemotePath target) {
        boolean isStandardInput() {
            return name.equals(STANDARD_INPUT);
        }

        boolean isTree() {
            return !isStandardInput() && Files.isDirectory(source);
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

    private List<Job> plan(Remote remote) throws IOException, CommandFailure {
        List<Job> jobs = new ArrayList<>();
        boolean into = hasTarget() && isDirectory(remote, target());
        if (hasTarget() && !into && sources().size() > 1) {
            throw new CommandFailure(Text.of(
                    "{0}: is no directory: end it with / to make one that takes several files", target().path()));
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
    }

    /** Whether things are put into the target rather than under its name. */
    private static boolean isDirectory(Remote remote, RemoteName target) {
        if (target.asDirectory()) {
            return true;
        }
        try {
            return remote.stat(target.path()) instanceof Entry.Directory;
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                return false;
            }
            throw e;
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

    private int saveOne(Remote remote, Job job) throws IOException {
        if (!job.isStandardInput() && Files.isRegularFile(job.source()) && (dryRun || isThere(remote, job))) {
            return settle(remote, job);
        }
        SaveSummary summary;
        try (ProgressDisplay display = new ProgressDisplay(
                console, Text.joined(job.target()), verbose, Text.of("nothing was changed; begin it again"))) {
            summary = resumably(display, () -> save(remote, job, display.meter().onlyFile()));
        }
        tellResumed(summary.resumedChunks(), summary.record().chunkCount());
        console.say(json ? Closing.json(job.target(), summary) : Closing.saved(job.target(), summary));
        return Program.DONE;
    }

    /** One file of which nothing travels. */
    private int settle(Remote remote, Job job) throws IOException {
        Tally tally = new Tally();
        try (ProgressDisplay display = new ProgressDisplay(console, job.target().toString())) {
            if (isThere(remote, job)) {
                tally.unchanged();
            } else {
                tally.planned(Files.size(job.source()));
                tellPlan(job.name(), job.target().toString(), Files.size(job.source()), display);
            }
        }
        if (!json) {
            Text sum = tally.plan();
            console.say(dryRun ? Verb.SAVE.would(job.target(), sum) : Verb.SAVE.did(job.target(), sum));
        }
        return Program.DONE;
    }

    /** With --update: whether the target is what the source is. */
    private boolean isThere(Remote remote, Job job) throws IOException {
        if (!update) {
            return false;
        }
        try {
            return remote.stat(job.target()) instanceof Entry.File file
                    && isSame(
                            file.record().size(),
                            file.record().modified(),
                            Files.size(job.source()),
                            Files.getLastModifiedTime(job.source()).toInstant());
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                return false;
            }
            throw e;
        }
    }

    private SaveSummary save(Remote remote, Job job, Progress progress) throws IOException {
        if (job.isStandardInput()) {
            return remote.save(console.input(), job.target(), progress);
        }
        if (Files.isRegularFile(job.source())) {
            return remote.save(job.source(), job.target(), progress);
        }
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(job.source()), 1 << 16)) {
            return remote.save(stream, job.target(), progress);
        }
    }

    private int saveAll(Remote remote, List<Job> jobs) throws IOException {
        Text what = jobs.size() == 1 ? Text.joined(jobs.getFirst().target()) : Text.count(jobs.size(), "source");
        return many(remote, Verb.SAVE, what, (display, flight, tally) -> launch(remote, jobs, display, flight, tally));
    }

    private void launch(Remote remote, List<Job> jobs, ProgressDisplay display, Flight flight, Tally tally)
            throws IOException {
        Selection selection = selection();
        if (console.redraws() && !dryRun && !update) {
            long bytes = 0;
            for (Job job : jobs) {
                bytes += job.isTree() ? SaveTree.bytesBelow(job.source(), selection) : Files.size(job.source());
            }
            display.meter().expect(bytes);
        }
        SaveTree.Plan plan =
                dryRun ? (from, to, size) -> tellPlan(from.toString(), to.toString(), size, display) : null;
        SaveTree tree = new SaveTree(
                remote, display, flight, tally, selection, update, plan, (to, summary) -> tell(to, summary, display));
        for (Job job : jobs) {
            if (job.isTree()) {
                tree.save(job.source(), job.target());
            } else if (isThere(remote, job)) {
                tally.unchanged();
            } else if (dryRun) {
                tally.planned(Files.size(job.source()));
                tellPlan(job.name(), job.target().toString(), Files.size(job.source()), display);
            } else {
                flight.launch(job.name(), () -> {
                    SaveSummary summary = save(remote, job, display.meter().oneOfMany());
                    tally.saved(summary);
                    tell(job.target(), summary, display);
                });
            }
        }
    }

    private synchronized void tell(RemotePath target, SaveSummary summary, ProgressDisplay display) {
        if (json) {
            display.say(Closing.json(target, summary));
        } else if (verbose) {
            display.say(Closing.saved(target, summary));
        }
    }
}
