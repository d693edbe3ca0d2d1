package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.RemoteWalk;
import io.trivet.cli.terminal.LocalNames;
import io.trivet.cli.terminal.NameCollisions;
import io.trivet.cli.text.ChangedMeanwhile;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.client.FileToLoad;
import io.trivet.client.LoadSummary;
import io.trivet.client.Preserve;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Loads a directory and everything in it, and never writes outside its target: names are validated
 * again here, whatever the cluster sends, and a symbolic link below the target is not followed but
 * reported. With {@link Preserve#ALL} links of the cluster are made; nothing is written through
 * them, since in the cluster nothing is below a link. Memory grows with the number of directories, not of files.
 */
public final class LoadTree {
    private final TrivetClient client;
    private final ProgressDisplay display;
    private final ParallelTransfers parallelTransfers;
    private final TransferTotals transferTotals;
    private final TreeRules rules;
    private final FileSelection fileSelection;
    private final @Nullable Plan plan;
    private final @Nullable Leftovers leftovers;
    private final Listener listener;
    private final Predicate<Path> folds;
    private final TransferBatches<FileToLoad> loads;

    /**
     * @param plan for a dry run; null to load
     * @param leftovers null if nobody asks for them
     */
    LoadTree(
            TrivetClient client,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            TreeRules rules,
            @Nullable Plan plan,
            @Nullable Leftovers leftovers,
            Listener listener) {
        this(
                client,
                display,
                parallelTransfers,
                transferTotals,
                rules,
                plan,
                leftovers,
                listener,
                NameCollisions::folds);
    }

    /** {@code folds} tells whether a directory's file system takes different names for one. */
    public LoadTree(
            TrivetClient client,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            TreeRules rules,
            @Nullable Plan plan,
            @Nullable Leftovers leftovers,
            Listener listener,
            Predicate<Path> folds) {
        this.folds = folds;
        this.client = client;
        this.display = display;
        this.parallelTransfers = parallelTransfers;
        this.transferTotals = transferTotals;
        this.rules = rules;
        this.fileSelection = rules.fileSelection();
        this.plan = plan;
        this.leftovers = leftovers;
        this.listener = listener;
        this.loads =
                new TransferBatches<>(parallelTransfers, file -> file.source().toString(), this::loadAll);
    }

    /** Receives each file that a dry run would load. */
    interface Plan {
        void file(RemotePath source, Path target, long size);

        void link(String source, String target, String to);
    }

    /** Receives what the target has and the source has not, of directories that both have. */
    interface Leftovers {
        /** {@code below} is the path below the target, with slashes. */
        void entry(Path path, String below);
    }

    /** Receives what was loaded, and what was not, from several threads. */
    public interface Listener {
        void loaded(RemotePath source, LoadSummary summary, Path target);

        void linked(Path link, String target);

        void skipped(String file, Text why);
    }

    /**
     * Starts the transfers; {@link ParallelTransfers#close} waits for them. The target itself may
     * be a link to a directory, because the user named it.
     */
    public void load(RemotePath source, Path target) throws IOException {
        if (plan == null) {
            Files.createDirectories(target);
            if (!source.isRoot() && client.stat(source) instanceof NameEntry.Directory found) {
                keep(found, target);
            }
        }
        NameCollisions nameCollisions = new NameCollisions(plan == null && folds.test(target));
        Deque<Pair> open = new ArrayDeque<>();
        open.push(new Pair(source, target, ""));
        while (!open.isEmpty() && !parallelTransfers.gaveUp()) {
            Pair directory = open.pop();
            try {
                loadEntries(directory, open, nameCollisions.anew());
            } catch (RuntimeException e) {
                parallelTransfers.fail(directory.remote().toString(), e);
            }
        }
        loads.launch();
    }

    /** The number of bytes in all files below. */
    static long bytesBelow(TrivetClient client, RemotePath source) {
        return bytesBelow(client, source, FileSelection.ALL);
    }

    /** The number of bytes in the selected files below. */
    static long bytesBelow(TrivetClient client, RemotePath source, FileSelection fileSelection) {
        long[] bytes = {0};
        RemoteWalk.below(client, source, fileSelection, (_, nameEntry) -> {
            if (nameEntry instanceof NameEntry.File file) {
                bytes[0] += file.record().size();
            }
            return true;
        });
        return bytes[0];
    }

    /**
     * The local path of an entry of this name; throws {@link CommandFailure} for a name that would
     * lead outside the directory.
     */
    static Path inside(Path directory, String name) throws CommandFailure {
        boolean plain = LocalNames.plain(name);
        Path inside = plain ? directory.resolve(name) : directory;
        if (!plain
                || !directory.equals(inside.getParent())
                || inside.getFileName().toString().isEmpty()) {
            throw new CommandFailure(Text.of("{0}: not written: it is not the name of a file in {1}", name, directory));
        }
        return inside;
    }

    private void loadEntries(Pair directory, Deque<Pair> open, NameCollisions nameCollisions) {
        Set<String> there = new HashSet<>();
        for (NameEntry nameEntry : client.list(directory.remote())) {
            if (leftovers != null) {
                there.add(nameEntry.name());
            }
            try {
                RemotePath source = directory.remote().resolve(nameEntry.name());
                Path target = inside(directory.local(), nameEntry.name());
                String below = directory.below(nameEntry.name());
                if (!(nameEntry instanceof NameEntry.Link)) {
                    refuseLink(target);
                }
                refuseNamesake(nameEntry.name(), target, nameCollisions);
                switch (nameEntry) {
                    case NameEntry.Directory found
                    when fileSelection.takesDirectory(below) -> {
                        if (plan == null) {
                            makeDirectory(target);
                            keep(found, target);
                        }
                        open.push(new Pair(source, target, below));
                    }
                    case NameEntry.File file
                    when fileSelection.takesFile(below) -> {
                        LocalState before = rules.guarded() ? LocalState.of(target) : LocalState.ABSENT;
                        if (!isSettled(file.record(), source, target)
                                && !launch(source, target, file.record().size(), before)) {
                            return;
                        }
                    }
                    case NameEntry.Link link
                    when fileSelection.takesFile(below) -> {
                        if (!loadLink(link.record(), source, target)) {
                            return;
                        }
                    }
                    default -> {}
                }
            } catch (IOException | CommandFailure | RuntimeException e) {
                parallelTransfers.fail(directory.remote().toString(), e);
            }
        }
        tellLeftovers(directory, there, nameCollisions);
    }

    private void keep(NameEntry.Directory found, Path target) {
        if (rules.preserve() == Preserve.ALL) {
            parallelTransfers.atEnd(target.toString(), () -> DirectoryMetadata.load(found, target));
        }
    }

    private void tellLeftovers(Pair directory, Set<String> there, NameCollisions nameCollisions) {
        if (leftovers == null || !Files.isDirectory(directory.local())) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.local())) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!there.contains(name) && nameCollisions.isNew(name)) {
                    leftovers.entry(entry, directory.below(name));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            parallelTransfers.fail(directory.local().toString(), e);
        }
    }

    /** Whether no transfer is needed: the file exists already, or this is a dry run. */
    boolean isSettled(FileRecord record, RemotePath source, Path target) throws IOException {
        if (compared(record, target).settles(target.toString(), transferTotals, display)) {
            return true;
        }
        if (plan != null) {
            transferTotals.planned(record.size());
            plan.file(source, target, record.size());
            return true;
        }
        return false;
    }

    /** Makes a link of the cluster here; false if more transfers would fail too. */
    boolean loadLink(FileRecord record, RemotePath source, Path target) throws IOException {
        if (rules.preserve() != Preserve.ALL) {
            transferTotals.skipped();
            listener.skipped(source.toString(), Text.of("a symbolic link, which -p would make here"));
            return true;
        }
        LocalState before = LocalState.of(target);
        if (plan != null) {
            planLink(source, target);
            return true;
        }
        return parallelTransfers.launch(source.toString(), () -> {
            String to = client.readLink(source);
            if (rules.existing() != Existing.REPLACED && LocalLinks.leads(target, to)) {
                transferTotals.unchanged();
                return;
            }
            if (!Files.isSymbolicLink(target)) {
                refuseWhatIsNoFile(target);
            }
            LocalLinks.make(target, to, record.modified(), () -> requireUnchanged(target, before));
            transferTotals.linked();
            listener.linked(target, to);
        });
    }

    private void planLink(RemotePath source, Path target) throws IOException {
        String to = client.readLink(source);
        if (rules.existing() != Existing.REPLACED && LocalLinks.leads(target, to)) {
            transferTotals.unchanged();
        } else {
            transferTotals.linked();
            Objects.requireNonNull(plan).link(source.toString(), target.toString(), to);
        }
    }

    private void requireUnchanged(Path target, LocalState before) throws IOException {
        if (rules.guarded() && !LocalState.of(target).equals(before)) {
            throw new ChangedMeanwhile(target);
        }
    }

    /** Links were refused before, except the target itself, which the user named. */
    private Verdict compared(FileRecord record, Path target) throws IOException {
        return Files.isRegularFile(target) ? rules.existing().ofLoad(record, target) : Verdict.TRANSFER;
    }

    /** Small files wait for others that come with them. False if more transfers would fail too. */
    private boolean launch(RemotePath source, Path target, long size, LocalState before) {
        Progress progress = display.meter().oneOfMany();
        return loads.add(
                new FileToLoad(
                        source,
                        target,
                        rules.preserve(),
                        rules.guarded() ? new GuardedProgress(progress, target, before) : progress),
                size);
    }

    private void loadAll(List<FileToLoad> files) {
        List<FileToLoad> regular = new ArrayList<>();
        for (FileToLoad file : files) {
            try {
                refuseWhatIsNoFile(file.target());
                regular.add(file);
            } catch (CommandFailure e) {
                parallelTransfers.fail(file.source().toString(), e);
            }
        }
        client.loadAll(regular, new Loaded());
    }

    private final class Loaded implements FileToLoad.Listener {
        @Override
        public void loaded(FileToLoad file, LoadSummary summary) {
            transferTotals.loaded(summary);
            listener.loaded(file.source(), summary, file.target());
        }

        @Override
        public void failed(FileToLoad file, RuntimeException failure) {
            parallelTransfers.fail(file.source().toString(), failure);
        }

        @Override
        public boolean goesOn() {
            return !parallelTransfers.gaveUp();
        }
    }

    private static void makeDirectory(Path target) throws IOException {
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(target);
        }
    }

    private static void refuseNamesake(String name, Path target, NameCollisions nameCollisions) throws CommandFailure {
        if (!nameCollisions.isNew(name)) {
            throw new CommandFailure(Text.of(
                    "{0}: not written: this computer treats it as the same name as another file there; load it separately",
                    target));
        }
    }

    private static void refuseLink(Path target) throws CommandFailure {
        if (Files.isSymbolicLink(target)) {
            throw new CommandFailure(Text.of("{0}: is a symbolic link, which is not followed: move it away", target));
        }
    }

    private static void refuseWhatIsNoFile(Path target) throws CommandFailure {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailure(Text.of("{0}: exists and is not a regular file: move it away", target));
        }
    }

    /** A remote and a local directory, and the path below the source, with slashes. */
    private record Pair(RemotePath remote, Path local, String path) {
        String below(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }
    }
}
