package io.trivet.cli;

import io.trivet.client.LoadSummary;
import io.trivet.model.Entry;
import io.trivet.model.RemotePath;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Loads a directory and all that is in it, and never writes outside its target: names are checked again here, whatever the cluster says, and a symbolic
 * link that stands in the way below the target is not followed but reported. Its memory grows with the number of directories, not of files.
 */
final class LoadTree {
    private final Remote remote;
    private final ProgressDisplay display;
    private final Flight flight;
    private final Tally tally;
    private final Listener listener;

    LoadTree(Remote remote, ProgressDisplay display, Flight flight, Tally tally, Listener listener) {
        this.remote = remote;
        this.display = display;
        this.flight = flight;
        this.tally = tally;
        this.listener = listener;
    }

    /** Hears of each loaded file; from several threads. */
    interface Listener {
        void loaded(RemotePath source, LoadSummary summary, Path target);
    }

    /** Launches the transfers; {@link Flight#close} waits for them. The target itself may be a link to a directory: its owner named it. */
    void load(RemotePath source, Path target) throws IOException {
        Files.createDirectories(target);
        Deque<Pair> open = new ArrayDeque<>();
        open.push(new Pair(source, target));
        while (!open.isEmpty() && !flight.gaveUp()) {
            Pair directory = open.pop();
            try {
                loadEntries(directory, open);
            } catch (RuntimeException e) {
                flight.fail(directory.remote().toString(), e);
            }
        }
    }

    /** How many bytes are in the files below. */
    static long bytesBelow(Remote remote, RemotePath source) {
        long bytes = 0;
        Deque<RemotePath> open = new ArrayDeque<>();
        open.push(source);
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            for (Entry entry : remote.list(directory)) {
                switch (entry) {
                    case Entry.File file -> bytes += file.record().size();
                    case Entry.Directory below -> open.push(directory.resolve(below.name()));
                }
            }
        }
        return bytes;
    }

    /** Where an entry of this name goes in a local directory; throws {@link CommandFailure} for a name that would lead elsewhere. */
    static Path inside(Path directory, String name) throws CommandFailure {
        boolean plain = !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf(File.separatorChar) < 0
                && name.indexOf('\0') < 0;
        Path inside = plain ? directory.resolve(name) : directory;
        if (!plain
                || !directory.equals(inside.getParent())
                || inside.getFileName().toString().isEmpty()) {
            throw new CommandFailure(name + ": not written: the name would lead out of " + directory);
        }
        return inside;
    }

    private void loadEntries(Pair directory, Deque<Pair> open) {
        for (Entry entry : remote.list(directory.remote())) {
            try {
                RemotePath source = directory.remote().resolve(entry.name());
                Path target = inside(directory.local(), entry.name());
                refuseLink(target);
                if (entry instanceof Entry.Directory) {
                    makeDirectory(target);
                    open.push(new Pair(source, target));
                } else if (!launch(source, target)) {
                    return;
                }
            } catch (IOException | CommandFailure | RuntimeException e) {
                flight.fail(directory.remote().toString(), e);
            }
        }
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

    private static void refuseLink(Path target) throws CommandFailure {
        if (Files.isSymbolicLink(target)) {
            throw new CommandFailure(target + ": is a symbolic link, which is not followed: move it away");
        }
    }

    private static void refuseWhatIsNoFile(Path target) throws CommandFailure {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailure(target + ": exists and is no regular file: move it away");
        }
    }

    /** A directory there and here. */
    private record Pair(RemotePath remote, Path local) {}
}
