package io.trivet.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The environment of a run: a folder on the disk to be measured, and the cleanup that must happen
 * in any case. Any thread.
 */
final class Workplace implements AutoCloseable {
    private static final long LARGE_BYTES = 1 << 20;

    private final Path checkout;
    private final Path folder;
    private final int port;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private int parts;

    /**
     * A new folder in {@code disk}, deleted when this closes or the program ends.
     *
     * @param checkout Trivet's
     * @param port the first of a hundred that are used
     */
    Workplace(Path checkout, Path disk, int port) throws IOException {
        this.checkout = checkout;
        this.port = port;
        this.folder = Files.createTempDirectory(disk, "trivet-bench");
        Runtime.getRuntime().addShutdownHook(new Thread(this::undoAll, "bench-end"));
        atEnd(() -> delete(folder, 0));
    }

    Path checkout() {
        return checkout;
    }

    Path folder() {
        return folder;
    }

    int port(int number) {
        return port + number;
    }

    /** A new folder for the caller. */
    synchronized Path newFolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name + parts++));
    }

    /** Registers a cleanup step, run in reverse order at the end; it may have been done before. */
    synchronized void atEnd(Runnable step) {
        undo.push(step);
    }

    private synchronized void undoAll() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    /**
     * Deletes the large files of a folder that is no longer needed. The small ones stay until the
     * end: for some minutes an ext4 without a journal skips each deleted inode when it searches one
     * for a new file, and after many thousands that takes longer than everything else.
     */
    static void makeRoom(Path folder) {
        delete(folder, LARGE_BYTES);
    }

    /**
     * Deletes the files of a folder from this size on, or from 0 on the whole folder. What cannot
     * be deleted stays.
     */
    private static void delete(Path folder, long fromBytes) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.size() >= fromBytes) {
                        Files.deleteIfExists(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    if (fromBytes == 0) {
                        Files.deleteIfExists(directory);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            System.err.println("not deleted: " + folder + ": " + e);
        }
    }

    @Override
    public void close() {
        undoAll();
    }
}
