package io.trivet.cli;

import io.trivet.client.SaveSummary;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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
    private final BiConsumer<RemotePath, SaveSummary> listener;

    /** {@code listener} hears of each saved file; from several threads. */
    SaveTree(
            Remote remote,
            ProgressDisplay display,
            Flight flight,
            Tally tally,
            BiConsumer<RemotePath, SaveSummary> listener) {
        this.remote = remote;
        this.display = display;
        this.flight = flight;
        this.tally = tally;
        this.listener = listener;
    }

    /** Launches the transfers; {@link Flight#close} waits for them. */
    void save(Path source, RemotePath target) throws IOException {
        Files.walkFileTree(source, new Visitor(source, target));
    }

    /** How many bytes are in the files below. */
    static long bytesBelow(Path source) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }

    private void saveFile(Path file, RemotePath target) {
        SaveSummary summary = remote.save(file, target, display.meter().oneOfMany());
        tally.saved(summary);
        listener.accept(target, summary);
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path source;
        private final RemotePath target;

        Visitor(Path source, RemotePath target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            try {
                RemotePath path = remotePath(directory);
                if (!path.isRoot()) {
                    remote.makeDirectory(path);
                }
                return FileVisitResult.CONTINUE;
            } catch (RuntimeException e) {
                flight.fail(directory.toString(), e);
                return flight.gaveUp() ? FileVisitResult.TERMINATE : FileVisitResult.SKIP_SUBTREE;
            }
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!Files.isRegularFile(file)) {
                skip(file, attributes);
                return FileVisitResult.CONTINUE;
            }
            boolean hope = flight.launch(file.toString(), () -> saveFile(file, remotePath(file)));
            return hope ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            flight.fail(file.toString(), failure);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
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
            String what = !attributes.isSymbolicLink()
                    ? "neither a file nor a directory"
                    : Files.exists(file)
                            ? "a symbolic link to something that is no file"
                            : "a symbolic link to nothing";
            tally.skipped();
            display.warn("trivet: skipped " + Wording.visible(file.toString()) + ": " + what);
        }
    }
}
