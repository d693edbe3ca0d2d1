package io.trivet.cli;

import io.trivet.client.LoadSummary;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Loads a directory and all that is in it, and never writes outside its target: names are checked again here, whatever the cluster says, and a symbolic
 * link that stands in the way below the target is not followed but reported. Its memory grows with the number of directories, not of files.
 */
final class LoadTree {
    private final Remote remote;
    private final ProgressDisplay display;
    private final Flight flight;
    private final Tally tally;
    private final Selection selection;
    private final boolean update;
    private final @Nullable Plan plan;
    private final Listener listener;
    private final Predicate<Path> folds;

    /**
     * @param update whether files that are there with the same size and time are left as they are
     * @param plan for a dry run; null to load
     */
    LoadTree(
            Remote remote,
            ProgressDisplay display,
            Flight flight,
            Tally tally,
            Selection selection,
            boolean update,
            @Nullable Plan plan,
            Listener listener) {
        this(remote, display, flight, tally, selection, update, plan, listener, Namesakes::folds);
    }

    /** {@code folds} says of a directory whether its file system takes different names for one. */
    LoadTree(
            Remote remote,
            ProgressDisplay display,
            Flight flight,
            Tally tally,
            Selection selection,
            boolean update,
            @Nullable Plan plan,
            Listener listener,
            Predicate<Path> folds) {
        this.folds = folds;
        this.remote = remote;
        this.display = display;
        this.flight = flight;
        this.tally = tally;
        this.selection = selection;
        this.update = update;
        this.plan = plan;
        this.listener = listener;
    }

    /** Hears of each file that a dry run would load. */
    interface Plan {
        void file(RemotePath source, Path target, long size);
    }

    /** Hears of each loaded file; from several threads. */
    interface Listener {
        void loaded(RemotePath source, LoadSummary summary, Path target);
    }

    /** Launches the transfers; {@link Flight#close} waits for them. The target itself may be a link to a directory: its owner named it. */
    void load(RemotePath source, Path target) throws IOException {
        if (plan == null) {
            Files.createDirectories(target);
        }
        Namesakes namesakes = new Namesakes(plan == null && folds.test(target));
        Deque<Pair> open = new ArrayDeque<>();
        open.push(new Pair(source, target, ""));
        while (!open.isEmpty() && !flight.gaveUp()) {
            Pair directory = open.pop();
            try {
                loadEntries(directory, open, namesakes.anew());
            } catch (RuntimeException e) {
                flight.fail(directory.remote().toString(), e);
            }
        }
    }

    /** How many bytes are in the files below, all of them. */
    static long bytesBelow(Remote remote, RemotePath source) {
        return bytesBelow(remote, source, Selection.ALL);
    }

    /** How many bytes are in the files below that are meant. */
    static long bytesBelow(Remote remote, RemotePath source, Selection selection) {
        long[] bytes = {0};
        RemoteWalk.below(remote, source, selection, (_, entry) -> {
            if (entry instanceof Entry.File file) {
                bytes[0] += file.record().size();
            }
            return true;
        });
        return bytes[0];
    }

    /** Where an entry of this name goes in a local directory; throws {@link CommandFailure} for a name that would lead elsewhere. */
    static Path inside(Path directory, String name) throws CommandFailure {
        boolean plain = PlainNames.plain(name);
        Path inside = plain ? directory.resolve(name) : directory;
        if (!plain
                || !directory.equals(inside.getParent())
                || inside.getFileName().toString().isEmpty()) {
            throw new CommandFailure(Text.of("{0}: not written: the name is none of a file in {1}", name, directory));
        }
        return inside;
    }

    private void loadEntries(Pair directory, Deque<Pair> open, Namesakes namesakes) {
        for (Entry entry : remote.list(directory.remote())) {
            try {
                RemotePath source = directory.remote().resolve(entry.name());
                Path target = inside(directory.local(), entry.name());
                String below = directory.below(entry.name());
                refuseLink(target);
                refuseNamesake(entry.name(), target, namesakes);
                switch (entry) {
                    case Entry.Directory _
                    when selection.takesDirectory(below) -> {
                        if (plan == null) {
                            makeDirectory(target);
                        }
                        open.push(new Pair(source, target, below));
                    }
                    case Entry.File file
                    when selection.takesFile(below) -> {
                        if (!isSettled(file.record(), source, target) && !launch(source, target)) {
                            return;
                        }
                    }
                    default -> {}
                }
            } catch (IOException | CommandFailure | RuntimeException e) {
                flight.fail(directory.remote().toString(), e);
            }
        }
    }

    /** Whether nothing is to be done for a file: it is there as it should be, or this is a dry run. */
    boolean isSettled(FileRecord record, RemotePath source, Path target) throws IOException {
        if (update && isThere(record, target)) {
            tally.unchanged();
            return true;
        }
        if (plan != null) {
            tally.planned(record.size());
            plan.file(source, target, record.size());
            return true;
        }
        return false;
    }

    private static boolean isThere(FileRecord record, Path target) throws IOException {
        return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                && TransferCommand.isSame(
                        record.size(),
                        record.modified(),
                        Files.size(target),
                        Files.getLastModifiedTime(target).toInstant());
    }

    private boolean launch(RemotePath source, Path target) {
        return flight.launch(source.toString(), () -> {
            refuseWhatIsNoFile(target);
            LoadSummary summary = remote.load(source, target, display.meter().oneOfMany());
            tally.loaded(summary);
            listener.loaded(source, summary, target);
        });
    }

    private static void makeDirectory(Path target) throws IOException {
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(target);
        }
    }

    private static void refuseNamesake(String name, Path target, Namesakes namesakes) throws CommandFailure {
        if (!namesakes.isNew(name)) {
            throw new CommandFailure(Text.of(
                    "{0}: not written: another name of the same directory is the same one here; load it alone",
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
            throw new CommandFailure(Text.of("{0}: exists and is no regular file: move it away", target));
        }
    }

    /** A directory there and here, and its path below the first, with slashes. */
    private record Pair(RemotePath remote, Path local, String path) {
        String below(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }
    }
}
