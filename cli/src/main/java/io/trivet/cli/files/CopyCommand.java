package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.RemoteWalk;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.NameCollisions;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet cp}. */
@Command(
        name = "cp",
        sortOptions = false,
        header = "Copies files on the servers, at once: no byte is moved.",
        description = {
            "Where TO is a directory, or ends with /, the copies go into it.",
            "A copy and its source share their bytes until one of them is replaced or removed; the other stays as it is.",
            "A symbolic link is copied itself, not what it leads to.",
            "A directory is copied file by file: what changes meanwhile may be in the copy or not."
        })
public final class CopyCommand extends ClusterCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "Copy directories with all that is in them.")
    boolean recursive;

    @Option(
            names = {"-p", "--preserve"},
            description = "Copies keep the time of their source; without, they have the time of copying.")
    boolean preserve;

    @Option(
            names = {"-n", "--no-clobber"},
            description = "Replace no file: one that exists stays and is reported.")
    boolean keep;

    @Option(names = "--json", description = "As JSON, at the end: {\"summary\":{\"files\",\"bytes\",\"failed\"}}.")
    boolean json;

    @Parameters(
            arity = "2..*",
            paramLabel = "FROM.. TO",
            description = "What to copy, and the new name or a directory.")
    List<String> names = new ArrayList<>();

    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    public CopyCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) throws CommandFailure {
        List<RemotePath> sources = names.subList(0, names.size() - 1).stream()
                .map(RemoteName::path)
                .toList();
        RemoteName target = RemoteName.parse(names.getLast());
        boolean into = target.isDirectory(client);
        NameCollisions nameCollisions = new NameCollisions(false);
        for (RemotePath source : sources.size() > 1 ? sources : List.<RemotePath>of()) {
            if (!source.isRoot() && !nameCollisions.isNew(source.name())) {
                throw new CommandFailure(Text.of(
                        "{0}: another source would be copied to the same place, {1}",
                        source, target.path().resolve(source.name())));
            }
        }
        if (sources.size() > 1 && !into) {
            throw new CommandFailure(
                    Text.of("{0} is no directory: several files need one, made with `trivet mkdir`", target.path()));
        }
        files.set(0);
        bytes.set(0);
        long began = System.nanoTime();
        ParallelTransfers copies = new ParallelTransfers(client.filesAtOnce(), this::failed);
        try (copies) {
            for (RemotePath source : sources) {
                try {
                    copy(client, copies, source, into ? inside(target.path(), source) : target.path());
                } catch (TrivetException | CommandFailure e) {
                    copies.fail(source.toString(), e);
                }
            }
        }
        long failed = copies.failed();
        tell(failed, Duration.ofNanos(System.nanoTime() - began));
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static RemotePath inside(RemotePath directory, RemotePath source) throws CommandFailure {
        if (source.isRoot()) {
            throw new CommandFailure(Text.of("/: name the directory that the copy gets, without a slash at its end"));
        }
        return directory.resolve(source.name());
    }

    private void copy(TrivetClient client, ParallelTransfers copies, RemotePath source, RemotePath target)
            throws CommandFailure {
        if (client.stat(source) instanceof NameEntry.Recorded) {
            launch(client, copies, source, target);
            return;
        }
        if (!recursive) {
            throw new CommandFailure(Text.of("{0} is a directory: add -r to copy it with all that is in it", source));
        }
        if (target.startsWith(source)) {
            throw new CommandFailure(Text.of("{0}: a directory cannot be copied into itself: {1}", source, target));
        }
        client.makeDirectory(target);
        int above = source.segments().size();
        RemoteWalk.below(client, source, FileSelection.ALL, (path, nameEntry) -> {
            RemotePath copy = target;
            for (String name : path.segments().subList(above, path.segments().size())) {
                copy = copy.resolve(name);
            }
            if (nameEntry instanceof NameEntry.Directory) {
                client.makeDirectory(copy);
                return !copies.gaveUp();
            }
            return launch(client, copies, path, copy);
        });
    }

    /** False if more copies would fail too. */
    private boolean launch(TrivetClient client, ParallelTransfers copies, RemotePath source, RemotePath target) {
        return copies.launch(source.toString(), () -> {
            FileRecord copy = made(client, source, target);
            files.incrementAndGet();
            bytes.addAndGet(copy.size());
            made(source, target);
        });
    }

    private FileRecord made(TrivetClient client, RemotePath source, RemotePath target) throws CommandFailure {
        MetadataChange change = preserve ? MetadataChange.NONE : MetadataChange.NONE.withModified(Instant.now());
        if (!keep) {
            return client.copy(source, target, change);
        }
        try {
            return client.onlyIf(Condition.absent(target)).copy(source, target, change);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.CONDITION_FAILED) {
                throw new CommandFailure(Text.of("{0} exists and stays as it is", target));
            }
            throw e;
        }
    }

    private synchronized void failed(String what, Throwable failure, Text line) {
        tellFailure(what, failure);
    }

    private synchronized void made(RemotePath source, RemotePath target) {
        if (verbose && !json) {
            console.say(Text.of("copied {0} to {1}", source, target));
        }
    }

    private void tell(long failed, Duration elapsed) {
        if (json) {
            Json summary = new Json()
                    .put("files", files.get())
                    .put("bytes", bytes.get())
                    .put("failed", failed);
            console.say(new Json().put("summary", summary));
            return;
        }
        Text done = Text.of(
                "copied {0}, {1}, in {2}; no byte was moved",
                Text.count(files.get(), "file"), Format.bytes(bytes.get()), Format.duration(elapsed));
        console.say(failed == 0 ? done : Text.clauses(List.of(done, Text.of("{0} failed", failed))));
    }
}
