package io.trivet.quorum;

import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Operations on flat directories of files, of which those named {@code *.sst} never change: share,
 * force to disk, remove.
 */
final class CheckpointFiles {
    private CheckpointFiles() {}

    /** The regular files directly in a directory, by name. */
    static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /**
     * The subdirectories whose names begin with {@code prefix}; none if the directory does not
     * exist.
     */
    static List<Path> directoriesIn(Path directory, String prefix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        }
    }

    /**
     * Makes a second directory with the same files: immutable ones by hard link, others by copy.
     */
    static void share(Path from, Path to) throws IOException {
        share(from, to, file -> true);
    }

    /** Like {@link #share(Path, Path)}, only for the files that are wanted. */
    static void share(Path from, Path to, Predicate<Path> wanted) throws IOException {
        Files.createDirectory(to);
        for (Path file : in(from)) {
            Path target = to.resolve(file.getFileName());
            if (wanted.test(file) && (!file.toString().endsWith(".sst") || !linked(file, target))) {
                Files.copy(file, target);
            }
        }
    }

    private static boolean linked(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    /** Forces a directory, all files in it and its name in its parent to disk. */
    static void force(Path directory) throws IOException {
        for (Path file : in(directory)) {
            FileSync.force(file);
        }
        FileSync.force(directory);
        Path parent = directory.getParent();
        if (parent != null) {
            FileSync.force(parent);
        }
    }

    /** Removes a directory with everything in it; no error if it does not exist. */
    static void remove(Path directory) throws IOException {
        try {
            Files.walkFileTree(directory, new Remover());
        } catch (NoSuchFileException e) {
            // It is gone already.
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
