package io.trivet.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How to run {@code trivet} in a process of its own, with the code of this process. Where the build
 * has packed that into jars, the classes of a node are kept in an archive (CDS), as an installed node
 * has them: it then starts in about half the processor time.
 */
final class TrivetProgram {
    private static final String MAIN = "io.trivet.cli.Main";
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final Pattern OF_COMMAND_LINE = Pattern.compile("trivet-cli-[0-9.]+(-SNAPSHOT)?\\.jar");

    private static final List<String> COMMAND = command();

    private TrivetProgram() {}

    /** The words before those of the command line, for a process with this heap ({@code 192m}). */
    static List<String> withHeap(String heap) {
        List<String> words = new ArrayList<>(COMMAND);
        words.add(1, "-Xmx" + heap);
        return words;
    }

    private static List<String> command() {
        List<Path> all = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        List<Path> jars =
                all.stream().filter(path -> path.toString().endsWith(".jar")).toList();
        Optional<Path> commandLine = jars.stream()
                .filter(jar ->
                        OF_COMMAND_LINE.matcher(jar.getFileName().toString()).matches())
                .findFirst();
        List<String> words = new ArrayList<>(List.of(java()));
        words.addAll(OPTIONS);
        commandLine.flatMap(jar -> archive(jar, jars)).ifPresent(archive -> {
            words.addAll(List.of("-Xlog:cds=off", "-Xlog:aot=off", "-XX:SharedArchiveFile=" + archive));
        });
        words.addAll(List.of("-cp", joined(commandLine.isPresent() ? jars : all), MAIN));
        return List.copyOf(words);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String joined(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Made anew when a jar is newer; the JVM does not use one that does not match. */
    private static Optional<Path> archive(Path commandLine, List<Path> jars) {
        Path root = commandLine.toAbsolutePath().resolve("../../..").normalize();
        Path classes = root.resolve("packages/src/class-lists/node");
        Path directory = root.resolve("faults/target");
        Path archive = directory.resolve("node.jsa");
        try {
            if (!Files.exists(classes) || !Files.isDirectory(directory)) {
                return Optional.empty();
            }
            if (!Files.exists(archive) || isNewer(jars, archive)) {
                write(classes, directory, archive, jars);
            }
            return Optional.of(archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNewer(List<Path> jars, Path archive) throws IOException {
        for (Path jar : jars) {
            if (Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(archive)) > 0) {
                return true;
            }
        }
        return false;
    }

    private static void write(Path classes, Path directory, Path archive, List<Path> jars) throws IOException {
        Path written = Files.createTempFile(directory, "node", ".jsa");
        List<String> dump = Stream.of(
                        List.of(java(), "-Xshare:dump", "-XX:+AOTClassLinking"),
                        OPTIONS,
                        List.of(
                                "-XX:SharedClassListFile=" + classes,
                                "-XX:SharedArchiveFile=" + written,
                                "-cp",
                                joined(jars)))
                .flatMap(List::stream)
                .toList();
        Process process = new ProcessBuilder(dump)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("the classes of a node could not be archived: " + String.join(" ", dump));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
        Files.move(written, archive, StandardCopyOption.ATOMIC_MOVE);
    }
}
