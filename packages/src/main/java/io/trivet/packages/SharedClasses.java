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
 * An archive of linked classes (CDS), with which the JVM starts sooner: {@code lib/KIND.jsa}, with
 * the classes listed in {@code src/class-lists/KIND}. The JVM silently ignores it if it does not match.
 *
 * <p>Two dumps of the same list, jars and runtime differ only in their times: the archived objects
 * include about a hundred soft references, each with the time of its last use. So this dumps twice
 * and sets what differs to zero; it fails if much differs. The checksums in the file differ too and
 * become zero; the JVM verifies them only on request.
 */
record SharedClasses(StagedTree tree, Build build, String kind, List<String> jars) {
    /**
     * The header of four-byte numbers before the first region; regions begin at multiples of this.
     */
    private static final int HEADER = 4096;

    private static final int MAX_DIFFERENT = 4096;

    /**
     * The most milliseconds between the two dumps. Nothing else may differ, least of all a
     * reference, which zero would change to another class.
     */
    private static final long MAX_BETWEEN = 600_000;

    /**
     * The directory of the jars' recorded paths. The JVM compares their end with the paths at run
     * time, and looks for the jar of each class by the recorded path, so the launcher makes this
     * directory exist.
     */
    private static final String PLACE = "/proc/self/fd/9/";

    SharedClasses(StagedTree tree, Build build, String kind, String... jars) {
        this(tree, build, kind, List.of(jars));
    }

    /** @param options those of the launcher that affect the archive's format */
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
                        + build.source("class-lists/" + kind).toAbsolutePath().normalize(),
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
     * Sets what differs to zero in the kept file: four-byte numbers in the header, eight-byte
     * numbers elsewhere.
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
