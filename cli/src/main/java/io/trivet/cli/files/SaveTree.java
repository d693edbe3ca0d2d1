package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.terminal.LocalNames;
import io.trivet.cli.text.Text;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
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
 * Saves a directory and everything in it. Links to files are followed. Links to directories, which
 * may lead in circles, are skipped and reported, like sockets and devices. Memory does not grow
 * with the number of files.
 */
final class SaveTree {
    private final TrivetClient client;
    private final ProgressDisplay display;
    private final ParallelTransfers parallelTransfers;
    private final TransferTotals transferTotals;
    private final FileSelection fileSelection;
    private final boolean update;
    private final @Nullable Plan plan;
    private final BiConsumer<RemotePath, SaveSummary> listener;
    private final BiConsumer<String, Text> skipped;

    /** Receives each file that a dry run would save. */
    interface Plan {
        void file(Path source, RemotePath target, long size);
    }

    /**
     * @param update whether existing files with the same size and time are kept
     * @param plan for a dry run; null to save
     * @param listener receives each saved file, from several threads
     * @param skipped receives each skipped file and the reason
     */
    SaveTree(
            TrivetClient client,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            FileSelection fileSelection,
            boolean update,
            @Nullable Plan plan,
            BiConsumer<RemotePath, SaveSummary> listener,
            BiConsumer<String, Text> skipped) {
        this.client = client;
        this.display = display;
        this.parallelTransfers = parallelTransfers;
        this.transferTotals = transferTotals;
        this.fileSelection = fileSelection;
        this.update = update;
        this.plan = plan;
        this.listener = listener;
        this.skipped = skipped;
    }

    /** Starts the transfers; {@link ParallelTransfers#close} waits for them. */
    void save(Path source, RemotePath target) throws IOException {
        Path root = root(source);
        Files.walkFileTree(root, new Visitor(root, target));
    }

    /** A link named by the user is followed; only links below it may lead in circles. */
    private static Path root(Path source) throws IOException {
        return Files.isSymbolicLink(source) ? source.toRealPath() : source;
    }

    /** The number of bytes in the selected files below. */
    static long bytesBelow(Path named, FileSelection fileSelection) throws IOException {
        Path source = root(named);
        long[] bytes = {0};
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.equals(source) || fileSelection.takesDirectory(below(source, directory))
                        ? FileVisitResult.CONTINUE
                        : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean counts = attributes.isRegularFile() && fileSelection.takesFile(below(source, file));
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

    private void saveFile(Path file, RemotePath target) {
        SaveSummary summary = client.save(file, target, display.meter().oneOfMany());
        transferTotals.saved(summary);
        listener.accept(target, summary);
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path source;
        private final RemotePath target;
        /** The existing remote files of each directory from the root down to the current one. */
        private final Deque<Map<String, FileRecord>> there = new ArrayDeque<>();

        Visitor(Path source, RemotePath target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (!directory.equals(source) && !fileSelection.takesDirectory(below(source, directory))) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (!LocalNames.isText(directory)) {
                parallelTransfers.fail(LocalNames.visible(directory), LocalNames.refusal(directory));
                return FileVisitResult.SKIP_SUBTREE;
            }
            try {
                RemotePath path = remotePath(directory);
                if (!path.isRoot() && plan == null) {
                    client.makeDirectory(path);
                }
                there.push(update ? filesAt(path) : Map.of());
                return FileVisitResult.CONTINUE;
            } catch (RuntimeException e) {
                parallelTransfers.fail(directory.toString(), e);
                return parallelTransfers.gaveUp() ? FileVisitResult.TERMINATE : FileVisitResult.SKIP_SUBTREE;
            }
        }

        private Map<String, FileRecord> filesAt(RemotePath path) {
            Map<String, FileRecord> files = new HashMap<>();
            try {
                for (NameEntry nameEntry : client.list(path)) {
                    if (nameEntry instanceof NameEntry.File file) {
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
            if (!fileSelection.takesFile(below(source, file))) {
                return FileVisitResult.CONTINUE;
            }
            if (!Files.isRegularFile(file)) {
                skip(file, attributes);
                return FileVisitResult.CONTINUE;
            }
            if (!LocalNames.isText(file)) {
                parallelTransfers.fail(LocalNames.visible(file), LocalNames.refusal(file));
                return FileVisitResult.CONTINUE;
            }
            if (compared(file).settles(remotePath(file).toString(), transferTotals, display)) {
                return FileVisitResult.CONTINUE;
            }
            if (plan != null) {
                transferTotals.planned(Files.size(file));
                plan.file(file, remotePath(file), Files.size(file));
                return FileVisitResult.CONTINUE;
            }
            boolean hope = parallelTransfers.launch(file.toString(), () -> saveFile(file, remotePath(file)));
            return hope ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        private TransferCommand.Update compared(Path file) throws IOException {
            FileRecord record = there.getFirst().get(file.getFileName().toString());
            return record == null ? TransferCommand.Update.TRANSFER : TransferCommand.Update.ofSave(file, record);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            parallelTransfers.fail(file.toString(), failure);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            there.pop();
            if (failure != null) {
                parallelTransfers.fail(directory.toString(), failure);
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
                            ? Text.of("a symbolic link to something other than a file")
                            : Text.of("a broken symbolic link");
            transferTotals.skipped();
            skipped.accept(LocalNames.visible(file), what);
        }
    }
}
