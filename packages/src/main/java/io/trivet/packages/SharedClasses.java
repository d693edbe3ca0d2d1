package io.trivet.packages;

import java.io.File;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Classes in the form in which the JVM keeps them, linked to each other, so that it starts sooner:
 * {@code lib/KIND.jsa}, of those that {@code src/class-lists/KIND} names. The JVM does without it,
 * silently, where it does not match.
 *
 * <p>From the same list, jars and runtime two dumps are equal but for when they were made: among
 * the objects kept are some hundred soft references, each with the time of its last use. So it is
 * dumped twice, and what differs is set to zero; much that differs is a failure. Checksums of the
 * file, which differ too, become zero with it: the JVM does not look at them unless it is asked to.
 */
record SharedClasses(StagedTree tree, Build build, String kind, List<String> jars) {
    /** Regions begin at multiples of it; before the first is a header of numbers of four bytes. */
    private static final int HEADER = 4096;

    private static final int MAX_DIFFERENT = 4096;

    /**
     * By so many milliseconds at most the second dump is the later one. Nothing else may differ, a
     * reference least of all: zero would be another class.
     */
    private static final long MAX_BETWEEN = 600_000;

    /**
     * By what name the jars are known. The JVM keeps it, compares its end with where they are when
     * it runs, and looks for the jar of each class by it: the launcher sees to it that there is
     * such a directory.
     */
    private static final String PLACE = "/proc/self/fd/9/";

    SharedClasses(StagedTree tree, Build build, String kind, String... jars) {
        this(tree, build, kind, List.of(jars));
    }

    /** With the options, of those that decide what the form is, that the launcher gives. */
    void write(String... options) throws IOException, InterruptedException {
        Path kept = tree.lib().resolve(kind + ".jsa");
        Path other = build.target().resolve(kind + ".second.jsa").toAbsolutePath();
        dump(kept.toAbsolutePath(), options);
        dump(other, options);
        level(kept, other);
        Files.delete(other);
    }

    private void dump(Path file, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec 9<. && exec \"$@\"",
                "sh",
                tree.directory().resolve("runtime/bin/java").toAbsolutePath().toString(),
                "-Xshare:dump",
                "-XX:+AOTClassLinking",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-XX:SharedClassListFile="
                        + build.source("classes/" + kind).toAbsolutePath().normalize(),
                "-XX:SharedArchiveFile=" + file,
                "-cp",
                jars.stream().map(PLACE::concat).collect(Collectors.joining(File.pathSeparator))));
        File log = build.target().resolve(kind + "-classes.log").toFile();
        int code = new ProcessBuilder(command)
                .directory(tree.lib().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(
                    "the shared classes of " + kind + " could not be written: " + log + " says why");
        }
    }

    /**
     * Sets to zero in both what differs between them: in the header numbers of four bytes,
     * elsewhere those of eight.
     */
    static void level(Path kept, Path other) throws IOException {
        try (FileChannel one = FileChannel.open(kept, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel two = FileChannel.open(other, StandardOpenOption.READ)) {
            if (one.size() != two.size()) {
                throw new IllegalStateException(
                        "two dumps of one list differ in length: " + one.size() + " and " + two.size());
            }
            MappedByteBuffer bytes = one.map(FileChannel.MapMode.READ_WRITE, 0, one.size());
            int different = level(bytes, two.map(FileChannel.MapMode.READ_ONLY, 0, two.size()));
            bytes.force();
            if (different > MAX_DIFFERENT) {
                throw new IllegalStateException("two dumps of one list differ in " + different + " numbers");
            }
        }
    }

    private static int level(MappedByteBuffer bytes, MappedByteBuffer others) {
        bytes.order(ByteOrder.nativeOrder());
        others.order(ByteOrder.nativeOrder());
        int different = 0;
        for (int at = 0; at < HEADER; at += Integer.BYTES) {
            if (bytes.getInt(at) != others.getInt(at)) {
                bytes.putInt(at, 0);
                different++;
            }
        }
        for (int at = HEADER; at < bytes.limit(); at += Long.BYTES) {
            long between = others.getLong(at) - bytes.getLong(at);
            if (between < 0 || between > MAX_BETWEEN) {
                throw new IllegalStateException("two dumps of one list differ in more than their time, at " + at);
            }
            if (between > 0) {
                bytes.putLong(at, 0);
                different++;
            }
        }
        return different;
    }
}
