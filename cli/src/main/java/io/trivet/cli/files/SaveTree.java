package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.terminal.LocalNames;
import io.trivet.cli.text.ChangedMeanwhile;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.client.FileToSave;
import io.trivet.client.MetadataChange;
import io.trivet.client.Preserve;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.Condition;
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
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Saves a directory and everything in it. With {@link Preserve#ALL} links are saved as links.
 * Otherwise links to files are followed, and links to directories, which may lead in circles, are
 * skipped and reported, like sockets and devices. Memory does not grow with the number of files.
 */
final class SaveTree {
    private final TrivetClient client;
    private final ProgressDisplay display;
    private final ParallelTransfers parallelTransfers;
    private final TransferTotals transferTotals;
    private final TreeRules rules;
    private final FileSelection fileSelection;
    private final @Nullable Plan plan;
    private final @Nullable Leftovers leftovers;
    private final Listener listener;
    private final TransferBatches<FileToSave> saves;

    /** Receives what was saved, and what was not, from several threads. */
    interface Listener {
        void saved(RemotePath target, SaveSummary summary);

        void linked(RemotePath link, String target);

        void skipped(String file, Text why);
    }

    /** Receives each file that a dry run would save. */
    interface Plan {
        void file(Path source, RemotePath target, long size);

        void link(String source, String target, String to);
    }

    /** Receives what the target has and the source has not, of directories that both have. */
    interface Leftovers {
        /** {@code below} is the path below the target, with slashes. */
        void entry(RemotePath path, String below, NameEntry nameEntry);
    }

    /**
     * @param plan for a dry run; null to save
     * @param leftovers null if nobody asks for them
     */
    SaveTree(
            TrivetClient client,
            ProgressDisplay display,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            TreeRules rules,
            @Nullable Plan plan,
            @Nullable Leftovers leftovers,
            Listener listener) {
        this.client = client;
        this.display = display;
        this.parallelTransfers = parallelTransfers;
        this.transferTotals = transferTotals;
        this.rules = rules;
        this.fileSelection = rules.fileSelection();
        this.plan = plan;
        this.leftovers = leftovers;
        this.listener = listener;
        this.saves = new TransferBatches<>(
                parallelTransfers, file -> file.source().toString(), files -> client.saveAll(files, new Saved()));
    }

    /** Starts the transfers; {@link ParallelTransfers#close} waits for them. */
    void save(Path source, RemotePath target) throws IOException {
        Path root = root(source);
        Files.walkFileTree(root, new Visitor(root, target));
        saves.launch();
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

    /**
     * Small files wait for others that go with them.
     *
     * @param there what has the name, of which only {@link TreeRules#guarded} wants to know
     * @return false if more transfers would fail too
     */
    private boolean saveFile(Path file, RemotePath target, long size, @Nullable NameEntry there) {
        List<Condition> conditions;
        try {
            conditions = rules.guarded() ? List.of(stillThere(target, there)) : List.of();
        } catch (CommandFailure e) {
            parallelTransfers.fail(file.toString(), e);
            return !parallelTransfers.gaveUp();
        }
        return saves.add(
                new FileToSave(
                        file,
                        target,
                        rules.preserve(),
                        conditions,
                        display.meter().oneOfMany()),
                size);
    }

    private final class Saved implements FileToSave.Listener {
        @Override
        public void saved(FileToSave file, SaveSummary summary) {
            transferTotals.saved(summary);
            listener.saved(file.target(), summary);
        }

        @Override
        public void failed(FileToSave file, RuntimeException failure) {
            boolean changed = rules.guarded()
                    && failure instanceof TrivetException refused
                    && refused.kind() == Refusal.Kind.CONDITION_FAILED;
            parallelTransfers.fail(file.source().toString(), changed ? new ChangedMeanwhile(file.target()) : failure);
        }

        @Override
        public boolean goesOn() {
            return !parallelTransfers.gaveUp();
        }
    }

    private static Condition stillThere(RemotePath target, @Nullable NameEntry there) throws CommandFailure {
        return switch (there) {
            case null -> Condition.absent(target);
            case NameEntry.Recorded known ->
                Condition.unchanged(target, known.record().id());
            case NameEntry.Directory _ ->
                throw new CommandFailure(
                        Text.of("{0}: is a directory: a file of that name cannot be saved over it", target));
        };
    }

    /** In a dry run only says so. */
    private void saveLink(Path file, String to, RemotePath link, Instant modified, @Nullable NameEntry there)
            throws CommandFailure {
        if (there instanceof NameEntry.Link
                && LinkTargets.of(client, link).filter(to::equals).isPresent()) {
            transferTotals.unchanged();
            return;
        }
        if (plan != null) {
            transferTotals.linked();
            plan.link(file.toString(), link.toString(), to);
            return;
        }
        MetadataChange metadata = MetadataChange.NONE.withModified(modified);
        if (!rules.guarded()) {
            client.createLink(link, to, metadata);
        } else {
            try {
                client.onlyIf(stillThere(link, there)).createLink(link, to, metadata);
            } catch (TrivetException e) {
                if (e.kind() == Refusal.Kind.CONDITION_FAILED) {
                    throw new ChangedMeanwhile(link);
                }
                throw e;
            }
        }
        transferTotals.linked();
        listener.linked(link, to);
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path source;
        private final RemotePath target;
        /** The directories from the root down to the current one. */
        private final Deque<Level> levels = new ArrayDeque<>();

        /** What the remote directory has, and which names the local one has. */
        private record Level(Map<String, NameEntry> there, Set<String> here) {}

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
            isHere(directory);
            try {
                RemotePath path = remotePath(directory);
                if (!path.isRoot() && plan == null) {
                    client.makeDirectory(path);
                    if (rules.preserve() == Preserve.ALL) {
                        parallelTransfers.atEnd(
                                directory.toString(), () -> DirectoryMetadata.save(client, directory, path));
                    }
                }
                boolean looks = rules.existing() != Existing.REPLACED || leftovers != null;
                levels.push(new Level(looks ? entriesAt(path) : Map.of(), new HashSet<>()));
                return FileVisitResult.CONTINUE;
            } catch (RuntimeException e) {
                parallelTransfers.fail(directory.toString(), e);
                return parallelTransfers.gaveUp() ? FileVisitResult.TERMINATE : FileVisitResult.SKIP_SUBTREE;
            }
        }

        /** A name that the source has is no leftover, whatever becomes of it. */
        private void isHere(Path path) {
            if (leftovers != null && !levels.isEmpty()) {
                levels.getFirst().here().add(String.valueOf(path.getFileName()));
            }
        }

        private Map<String, NameEntry> entriesAt(RemotePath path) {
            Map<String, NameEntry> entries = new HashMap<>();
            try {
                client.list(path).forEach(nameEntry -> entries.put(nameEntry.name(), nameEntry));
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.NO_SUCH_FILE && e.kind() != Refusal.Kind.NOT_A_DIRECTORY) {
                    throw e;
                }
            }
            return entries;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            isHere(file);
            if (!fileSelection.takesFile(below(source, file))) {
                return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink() && rules.preserve() == Preserve.ALL) {
                return visitLink(file, attributes);
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
            NameEntry there = levels.getFirst().there().get(file.getFileName().toString());
            boolean hope = saveFile(file, remotePath(file), attributes.size(), there);
            return hope ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        private FileVisitResult visitLink(Path file, BasicFileAttributes attributes) {
            Optional<String> to;
            try {
                to = LocalLinks.target(file);
            } catch (IOException e) {
                parallelTransfers.fail(file.toString(), e);
                return FileVisitResult.CONTINUE;
            }
            if (!LocalNames.isText(file) || to.isEmpty()) {
                parallelTransfers.fail(
                        LocalNames.visible(file),
                        to.isEmpty()
                                ? new CommandFailure(Text.of(
                                        "{0}: leads to a name that is not valid UTF-8, as names in a cluster are",
                                        LocalNames.visible(file)))
                                : LocalNames.refusal(file));
                return FileVisitResult.CONTINUE;
            }
            RemotePath link = remotePath(file);
            NameEntry there = levels.getFirst().there().get(file.getFileName().toString());
            Instant modified = attributes.lastModifiedTime().toInstant();
            boolean hope =
                    parallelTransfers.launch(file.toString(), () -> saveLink(file, to.get(), link, modified, there));
            return hope ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        private Verdict compared(Path file) throws IOException {
            return levels.getFirst().there().get(file.getFileName().toString()) instanceof NameEntry.File there
                    ? rules.existing().ofSave(file, there.record())
                    : Verdict.TRANSFER;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            isHere(file);
            parallelTransfers.fail(file.toString(), failure);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            Level level = levels.pop();
            if (failure != null) {
                parallelTransfers.fail(directory.toString(), failure);
            } else {
                tellLeftovers(directory, level);
            }
            return FileVisitResult.CONTINUE;
        }

        private void tellLeftovers(Path directory, Level level) {
            if (leftovers == null) {
                return;
            }
            String path = below(source, directory);
            level.there().forEach((name, nameEntry) -> {
                if (!level.here().contains(name)) {
                    leftovers.entry(
                            remotePath(directory).resolve(name), path.isEmpty() ? name : path + "/" + name, nameEntry);
                }
            });
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
            listener.skipped(LocalNames.visible(file), what);
        }
    }
}
