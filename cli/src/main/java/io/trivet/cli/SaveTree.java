package io.trivet.cli;

import io.trivet.client.SaveSummary;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Saves a directory and all that is in it. Links to files are followed; links to directories are not, for they may lead in circles, and they are
 * skipped like sockets and devices: each is told. Its memory does not grow with the number of files.
 */
final class SaveTree {
    private final Remote remote;
    private final ProgressDisplay display;
    private final Flight flight;
    private final Tally tally;
    private final Selection selection;
    private final boolean update;
    private final @Nullable Plan plan;
    private final BiConsumer<RemotePath, SaveSummary> listener;

    /** Hears of each file that a dry run would save. */
    interface Plan {
        void file(Path source, RemotePath target, long size);
    }

    /**
     * @param update whether files that are there with the same size and time are left as they are
     * @param plan for a dry run; null to save
     * @param listener hears of each saved file; from several threads
     */
    SaveTree(
            Remote remote,
            ProgressDisplay display,
            Flight flight,
            Tally tally,
            Selection selection,
            boolean update,
            @Nullable Plan plan,
            BiConsumer<RemotePath, SaveSummary> listener) {
        this.remote = remote;
        this.display = display;
        this.flight = flight;
        this.tally = tally;
        this.selection = selection;
        this.update = update;
        this.plan = plan;
        this.listener = listener;
    }

    /** Launches the transfers; {@link Flight#close} waits for them. */
    void save(Path source, RemotePath target) throws IOException {
        Files.walkFileTree(source, new Visitor(source, target));
    }

    /** How many bytes are in the files below that are meant. */
    static long bytesBelow(Path source, Selection selection) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.equals(source) || selection.takesDirectory(below(source, directory))
                        ? FileVisitResult.CONTINUE
                        : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean counts = attributes.isRegularFile() && selection.takesFile(below(source, file));
                bytes[0] += counts ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }

    /** The path below the source, with slashes. */
    private static String below(Path source, Path path) {
        List<String> names = new ArrayList<>();
        source.relativize(path).forEach(name -> names.add(name.toString()));
        return String.join("/", names);
    }

    /** Bytes that are no text would all be saved under the same mark for them, one file over the other. */
    private static boolean isText(Path path) {
        Path name = path.getFileName();
        return name == null || path.resolveSibling(name.toString()).equals(path);
    }

    private static CommandFailure noText(Path path) {
        return new CommandFailure(
                Text.of("{0}: its name is no text in UTF-8, as names in a cluster are: rename it", path));
    }

    private void saveFile(Path file, RemotePath target) {
        SaveSummary summary = remote.save(file, target, display.meter().oneOfMany());
        tally.saved(summary);
        listener.accept(target, summary);
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path source;
        private final RemotePath target;
        /** The files of each directory on the way down that are there already. */
        private final Deque<Map<String, FileRecord>> there = new ArrayDeque<>();

        Visitor(Path source, RemotePath target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (!directory.equals(source) && !selection.takesDirectory(below(source, directory))) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (!isText(directory)) {
                flight.fail(directory.toString(), noText(directory));
                return FileVisitResult.SKIP_SUBTREE;
            }
            try {
                RemotePath path = remotePath(directory);
                if (!path.isRoot() && plan == null) {
                    remote.makeDirectory(path);
                }
                there.push(update ? filesAt(path) : Map.of());
                return FileVisitResult.CONTINUE;
            } catch (RuntimeException e) {
                flight.fail(directory.toString(), e);
                return flight.gaveUp() ? FileVisitResult.TERMINATE : FileVisitResult.SKIP_SUBTREE;
            }
        }

        private Map<String, FileRecord> filesAt(RemotePath path) {
            Map<String, FileRecord> files = new HashMap<>();
            try {
                for (Entry entry : remote.list(path)) {
                    if (entry instanceof Entry.File file) {
                        files.put(file.name(), file.record());
                    }
                }
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.NO_SUCH_FILE && e.kind() != Refusal.Kind.NOT_A_DIRECTORY) {
                    throw e;
                }
            }
            return files;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!selection.takesFile(below(source, file))) {
                return FileVisitResult.CONTINUE;
            }
            if (!Files.isRegularFile(file)) {
                skip(file, attributes);
                return FileVisitResult.CONTINUE;
            }
            if (!isText(file)) {
                flight.fail(file.toString(), noText(file));
                return FileVisitResult.CONTINUE;
            }
            if (isThere(file)) {
                tally.unchanged();
                return FileVisitResult.CONTINUE;
            }
            if (plan != null) {
                tally.planned(Files.size(file));
                plan.file(file, remotePath(file), Files.size(file));
                return FileVisitResult.CONTINUE;
            }
            boolean hope = flight.launch(file.toString(), () -> saveFile(file, remotePath(file)));
            return hope ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        private boolean isThere(Path file) throws IOException {
            FileRecord record = there.getFirst().get(file.getFileName().toString());
            return record != null
                    && TransferCommand.isSame(
                            record.size(),
                            record.modified(),
                            Files.size(file),
                            Files.getLastModifiedTime(file).toInstant());
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            flight.fail(file.toString(), failure);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            there.pop();
            if (failure != null) {
                flight.fail(directory.toString(), failure);
            }
            return FileVisitResult.CONTINUE;
        }

        private RemotePath remotePath(Path below) {
            RemotePath path = target;
            for (Path segment : source.relativize(below)) {
                path = segment.toString().isEmpty() ? path : path.resolve(segment.toString());
            }
            return path;
        }

        private void skip(Path file, BasicFileAttributes attributes) {
            Text what = !attributes.isSymbolicLink()
                    ? Text.of("neither a file nor a directory")
                    : Files.exists(file)
                            ? Text.of("a symbolic link to something that is no file")
                            : Text.of("a symbolic link to nothing");
            tally.skipped();
            display.complain(Text.of("skipped {0}: {1}", file, what));
        }
    }
}
