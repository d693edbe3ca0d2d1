package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.FileType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every form of a source and of a target with every option, tried with a real node: the results are
 * the page {@code docs/reference/sources-and-targets.md}. In every case, a dry run changes nothing,
 * and what is not a regular file stays what it is.
 */
final class SourcesAndTargetsTest {
    private static final String BYTES = "some bytes\n";
    private static final List<List<String>> OPTIONS =
            List.of(List.of(), List.of("-r"), List.of("-u"), List.of("-n"), List.of("-p"), List.of("--json"));

    @TempDir
    static Path base;

    private static LiveCluster cluster;
    private static final Map<String, String> SAID = new TreeMap<>();
    private static int cells;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/fd")) && isRoot(), "needs Linux and root, for mknod");
        cluster = LiveCluster.start(base);
        assertThat(run("save", "-", "/loaded").code()).isZero();
        assertThat(run("save", "-", "/tree/inside").code()).isZero();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static CommandRun run(String... arguments) {
        return cluster.run(base, input(), arguments);
    }

    private static InputStream input() {
        return new ByteArrayInputStream(BYTES.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Creates something under a name in an empty directory; returns its word on the command line.
     */
    private interface Making {
        String in(Path directory) throws Exception;
    }

    private static Map<String, Making> sources() {
        Map<String, Making> sources = new LinkedHashMap<>();
        sources.put("file", directory -> written(directory, "x"));
        sources.put("`-`, standard input", _ -> "-");
        sources.put("FIFO", SourcesAndTargetsTest::fifo);
        sources.put("device", directory -> device(directory, "x"));
        sources.put("socket", SourcesAndTargetsTest::socket);
        sources.put("directory", SourcesAndTargetsTest::tree);
        sources.put("link to a file", directory -> link(directory, written(directory, "there")));
        sources.put("link to a directory", directory -> link(directory, tree(directory)));
        sources.put("link to nothing", directory -> link(directory, "nothing"));
        sources.put("file of `/proc`, whose size is 0", _ -> "/proc/self/limits");
        sources.put("nothing", _ -> "none");
        return sources;
    }

    private static Map<String, Making> targets() {
        Map<String, Making> targets = new LinkedHashMap<>();
        targets.put("nothing", _ -> "x");
        targets.put("file", directory -> written(directory, "x"));
        targets.put("`-`, standard output", _ -> "-");
        targets.put("FIFO", SourcesAndTargetsTest::fifo);
        targets.put("device", directory -> device(directory, "x"));
        targets.put("socket", SourcesAndTargetsTest::socket);
        targets.put("directory", SourcesAndTargetsTest::tree);
        targets.put("directory and `/`", directory -> tree(directory) + "/");
        targets.put("link to a file", directory -> link(directory, written(directory, "there")));
        targets.put("link to a device", directory -> link(directory, device(directory, "there")));
        targets.put("link to nothing", directory -> link(directory, "nothing"));
        targets.put("in a directory that is missing", _ -> "missing/x");
        return targets;
    }

    private static String written(Path directory, String name) throws IOException {
        Files.writeString(directory.resolve(name), "what was there");
        return name;
    }

    private static String tree(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("tree"));
        Files.writeString(directory.resolve("tree/inside"), BYTES);
        return "tree";
    }

    private static String link(Path directory, String to) throws IOException {
        Files.createSymbolicLink(directory.resolve("x"), Path.of(to));
        return "x";
    }

    private static String fifo(Path directory) throws Exception {
        tool("mkfifo", directory.resolve("x").toString());
        return "x";
    }

    /** A null device of one's own: the system's must never be tried with. */
    private static String device(Path directory, String name) throws Exception {
        tool("mknod", directory.resolve(name).toString(), "c", "1", "3");
        return name;
    }

    private static String socket(Path directory) throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(directory.resolve("x")));
        }
        return "x";
    }

    private static void tool(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void thePageSaysWhatIsSo() throws Exception {
        StringBuilder page = new StringBuilder("""
                # Sources and targets

                <!-- Made by a test that tries each cell with a real node; it fails when the page is stale, and writes it anew with -Dtrivet.pages=write. -->

                What `save` and `load` do with each form of a source and of a target. A dry run (`-n`) changes nothing. What is no regular file is never replaced by one.
                A refusal comes before anything is done; its exit code is 2 where the words make no sense together, and 1 elsewhere. The numbers lead to the messages below.

                ## save

                """);
        append(page, sources(), this::saved);
        page.append("\n## load\n\n");
        append(page, targets(), this::loaded);
        page.append("\n## Messages\n\n");
        SAID.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> Integer.parseInt(entry.getValue())))
                .forEach(entry -> page.append(entry.getValue())
                        .append(". ")
                        .append(entry.getKey())
                        .append("\n"));
        assertThat(cells).isEqualTo((sources().size() + targets().size()) * OPTIONS.size());
        ReferenceTest.isFresh("sources-and-targets.md", page.toString());
    }

    private interface Cell {
        String of(Making making, List<String> options) throws Exception;
    }

    private static void append(StringBuilder page, Map<String, Making> forms, Cell cell) throws Exception {
        page.append("| |");
        OPTIONS.forEach(options -> page.append(options.isEmpty() ? " no option |" : " `" + options.getFirst() + "` |"));
        page.append("\n|---|").append("---|".repeat(OPTIONS.size())).append('\n');
        for (Map.Entry<String, Making> form : forms.entrySet()) {
            page.append("| ").append(form.getKey()).append(" |");
            for (List<String> options : OPTIONS) {
                page.append(' ').append(cell.of(form.getValue(), options)).append(" |");
                cells++;
            }
            page.append('\n');
        }
    }

    private String saved(Making making, List<String> options) throws Exception {
        Path directory = Files.createTempDirectory(base, "cell");
        String source = making.in(directory);
        String target = "/cell" + cells;
        CompletableFuture<Void> writer = feeding(directory.resolve("x"));
        CommandRun run = cluster.run(directory, input(), words("save", options, source, target));
        writer.cancel(true);
        boolean exists = run("stat", target).code() == 0;
        assertThat(exists && options.contains("-n")).as("dry run of " + source).isFalse();
        return word(run, exists ? "saved" : "said only", directory, source, target);
    }

    /** Whoever reads a FIFO gets some bytes. Opened for both ways, so that nobody waits for the other. */
    private static CompletableFuture<Void> feeding(Path path) throws Exception {
        if (!isFifo(path)) {
            return new CompletableFuture<>();
        }
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        Files.writeString(path, BYTES);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                SourcesAndTargetsTest::onThread);
    }

    /** One that is refused leaves the other end of its FIFO waiting: each waits on a thread of its own. */
    private static void onThread(Runnable work) {
        Thread.ofPlatform().daemon().start(work);
    }

    private static boolean isFifo(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && ((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0170000) == 0010000;
    }

    private String loaded(Making making, List<String> options) throws Exception {
        Path directory = Files.createTempDirectory(base, "cell");
        String target = making.in(directory);
        String before = state(directory);
        CompletableFuture<String> reader = reading(directory.resolve("x"));
        String source = options.contains("-r") ? "/tree" : "/loaded";
        CommandRun run = cluster.run(directory, input(), words("load", options, source, target));
        String after = state(directory);
        assertThat(special(after)).as("what is no regular file stays").containsAll(special(before));
        if (options.contains("-n")) {
            assertThat(after).as("dry run").isEqualTo(before);
        }
        boolean streamed = target.equals("-") ? run.out().equals(BYTES) : received(reader, directory.resolve("x"));
        boolean written = before.contains(" device") && run.code() == 0;
        String done = !before.equals(after)
                ? "loaded"
                : streamed || (written && !options.contains("-n")) ? "written to" : "said only";
        return word(run, done, directory, source, target);
    }

    private static CompletableFuture<String> reading(Path path) throws Exception {
        if (!isFifo(path)) {
            return CompletableFuture.completedFuture("");
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return Files.readString(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                SourcesAndTargetsTest::onThread);
    }

    /** What a reader of the FIFO got; one that still waits is let go by an empty writer. */
    private static boolean received(CompletableFuture<String> reader, Path path) throws Exception {
        if (!reader.isDone() && isFifo(path)) {
            tool("sh", "-c", "timeout 5 sh -c ': > \"$0\"' '" + path + "'; true");
        }
        return reader.get(10, TimeUnit.SECONDS).equals(BYTES);
    }

    /** Every name below with what it is and holds. */
    private static String state(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted().toList()) {
                String kind = Files.isSymbolicLink(path)
                        ? " link"
                        : switch (FileType.of(path)) {
                            case REGULAR -> " file " + Files.readString(path).hashCode();
                            case DIRECTORY -> " directory";
                            case FIFO -> " fifo";
                            case SOCKET -> " socket";
                            default -> " device";
                        };
                lines.add(directory.relativize(path) + kind);
            }
        }
        return String.join("\n", lines);
    }

    private static List<String> special(String state) {
        return state.lines()
                .filter(line -> line.endsWith(" fifo")
                        || line.endsWith(" link")
                        || line.endsWith(" device")
                        || line.endsWith(" socket"))
                .toList();
    }

    private static String[] words(String command, List<String> options, String source, String target) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(options);
        words.add(source);
        words.add(target);
        return words.toArray(String[]::new);
    }

    private static String named(String line, String word, String name) {
        return word.equals("-") ? line : line.replaceAll("(?<![\\w/])" + Pattern.quote(word) + "(?![\\w])", name);
    }

    private static String word(CommandRun run, String done, Path directory, String source, String target) {
        if (run.code() == 0) {
            return done;
        }
        String line = run.err()
                .lines()
                .findFirst()
                .orElseThrow()
                .replace(directory + "/", "")
                .replace(directory.toString(), "DIR");
        line = line.replaceFirst("^trivet[^:]*: ", "").replaceFirst(" \\(see .*\\)$", "");
        String said = named(named(line, target, "TARGET"), source, "SOURCE");
        String number = SAID.computeIfAbsent(said, _ -> Integer.toString(SAID.size() + 1));
        return "refused (" + number + ")";
    }
}
