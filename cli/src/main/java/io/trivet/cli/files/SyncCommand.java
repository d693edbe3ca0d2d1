package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.progress.TransferVerb;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet sync}. */
@Command(
        name = "sync",
        sortOptions = false,
        header = "Makes what is in a directory equal to what is in another: one local, one of the cluster.",
        description = {
            "",
            "  sync DIR /backup               saves what is new or different in DIR",
            "  sync /backup DIR               loads what is new or different in /backup",
            "  sync --save /srv/data /backup  where both begin with /: says which is the local one",
            "",
            "The name that begins with / is that of the cluster. A file with the same size and time is left as it is; any other one is replaced, whichever is newer. "
                    + "Nothing that TARGET alone has is touched without --delete. -p is for directories and for the files that are transferred: where only the permissions of a file differ, nothing is done.",
            "",
            "A file of TARGET that somebody else changes meanwhile is neither replaced nor removed: it is reported, and the exit code is 1. What is replaced or "
                    + "removed in the cluster goes into the trash.",
            ""
        })
public final class SyncCommand extends TransferCommand {
    @Option(names = "--delete", description = "Remove from TARGET what SOURCE has not; what is left out stays.")
    boolean delete;

    @Option(
            names = {"-c", "--checksum"},
            description = "Compare the bytes of files with the same size by their checksums, whatever their times are.")
    boolean checksum;

    @Option(names = "--include", paramLabel = "GLOB", description = "Only files that fit; may be repeated.")
    List<String> includes = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description =
                    "No files and no directories that fit; may be repeated. A GLOB without a slash is for names at any depth, one with a slash for paths "
                            + "below the directory: *.tmp, build/**, {a,b}/*.csv.")
    List<String> excludes = new ArrayList<>();

    @Option(names = "--save", description = "SOURCE is local, TARGET in the cluster.")
    boolean save;

    @Option(names = "--load", description = "SOURCE is in the cluster, TARGET local.")
    boolean load;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The directory that stays as it is.")
    String source = "";

    @Parameters(
            index = "1",
            paramLabel = "TARGET",
            description = "The directory that becomes equal to it; made if needed.")
    String target = "";

    private @Nullable Removals<?> removals;

    public SyncCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() throws IOException, CommandFailure {
        super.check();
        selection(includes, excludes);
        boolean saves = saves();
        if (source.isEmpty() || target.isEmpty()) {
            throw new CommandFailure(Text.of("the name is empty"));
        }
        Path local = console.local(saves ? source : target);
        if (saves && !Files.exists(local)) {
            throw new CommandFailure(Text.of("{0}: no such file or directory", source));
        }
        if (Files.exists(local) && !Files.isDirectory(local)) {
            throw new CommandFailure(Text.of("{0}: is not a directory", saves ? source : target));
        }
        RemoteName.path(saves ? target : source);
    }

    /** Whether the source is the local one. */
    private boolean saves() {
        if (save && load) {
            throw new WrongUsage(Text.of("--save and --load exclude each other"));
        }
        boolean remoteSource = source.startsWith("/");
        boolean remoteTarget = target.startsWith("/");
        if (!save && !load && remoteSource == remoteTarget) {
            throw new WrongUsage(
                    remoteSource
                            ? Text.of("both directories begin with /: say with --save or --load which is the local one")
                            : Text.of("no directory begins with /, as one of the cluster does"));
        }
        if ((save && !remoteTarget) || (load && !remoteSource)) {
            throw new WrongUsage(Text.of("{0}: a directory of the cluster begins with /", save ? target : source));
        }
        return save || (!load && remoteTarget);
    }

    @Override
    protected int transfer(TrivetClient client) throws IOException, CommandFailure {
        RemotePath remote = RemoteName.path(saves() ? target : source);
        requireDirectory(client, remote);
        return many(client, TransferVerb.SYNC, Text.joined(target), new Launching() {
            @Override
            public void launch(
                    ProgressDisplay display, ParallelTransfers parallelTransfers, TransferTotals transferTotals)
                    throws IOException {
                if (saves()) {
                    save(client, remote, display, parallelTransfers, transferTotals);
                } else {
                    load(client, remote, display, parallelTransfers, transferTotals);
                }
            }

            @Override
            public void finish() {
                if (removals != null) {
                    removals.finish();
                }
            }
        });
    }

    private void requireDirectory(TrivetClient client, RemotePath remote) throws CommandFailure {
        try {
            if (!(client.stat(remote) instanceof NameEntry.Directory)) {
                throw new CommandFailure(Text.of("{0}: is not a directory", remote));
            }
        } catch (TrivetException e) {
            if (!saves() || e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
        }
    }

    private TreeRules rules() {
        FileSelection fileSelection = selection(includes, excludes);
        return new TreeRules(fileSelection, checksum ? Existing.COMPARED : Existing.MATCHED, true, preserve());
    }

    @Override
    protected Text unfinished() {
        return Text.of("complete files are kept; run the same command again to transfer the rest");
    }

    private void save(
            TrivetClient client,
            RemotePath remote,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals)
            throws IOException {
        RemoteRemovals leftovers = delete
                ? new RemoteRemovals(
                        client,
                        rules().fileSelection(),
                        parallelTransfers,
                        transferTotals,
                        dryRun,
                        name -> tellRemoved(name, display))
                : null;
        removals = leftovers;
        TransferLines lines = lines(display);
        new SaveTree(
                        client,
                        display,
                        parallelTransfers,
                        transferTotals,
                        rules(),
                        dryRun ? lines : null,
                        leftovers,
                        lines)
                .save(console.local(source), remote);
    }

    private void load(
            TrivetClient client,
            RemotePath remote,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals)
            throws IOException {
        LocalRemovals leftovers = delete
                ? new LocalRemovals(
                        rules().fileSelection(),
                        parallelTransfers,
                        transferTotals,
                        dryRun,
                        name -> tellRemoved(name, display))
                : null;
        removals = leftovers;
        TransferLines lines = lines(display);
        new LoadTree(
                        client,
                        display,
                        parallelTransfers,
                        transferTotals,
                        rules(),
                        dryRun ? lines : null,
                        leftovers,
                        lines)
                .load(remote, console.local(target));
    }

    private synchronized void tellRemoved(String name, ProgressDisplay display) {
        if (json) {
            Json removed = new Json().put("path", name).put("removed", true);
            display.say(dryRun ? removed.put("dryRun", true) : removed);
        } else if (dryRun) {
            display.say(Text.of("would remove {0}", name));
        } else if (verbose) {
            display.say(Text.of("removed {0}", name));
        }
    }
}
