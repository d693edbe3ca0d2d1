package io.trivet.faults.powerloss;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The client of the process that serves the file systems. Throws {@link IOException} if that
 * reports a failure. One thread at a time.
 */
public final class PowerLossMachine implements AutoCloseable {
    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final long TRIAL_BYTES = 1 << 20;
    private static final long END_SECONDS = 20;

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    private PowerLossMachine(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** The missing requirements of this machine, in words; empty if there are none. */
    public static String lacks() {
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            return "root and " + DEVICE;
        }
        try {
            Path base = Files.createTempDirectory("trivet-power");
            Path target = base.resolve("disk");
            try (PowerLossMachine machine = start(base.resolve("log"))) {
                machine.mount(target, base.resolve("backing"), TRIAL_BYTES);
                Files.createFile(target.resolve("file"));
            }
            Files.delete(target);
            Files.delete(base.resolve("log"));
            Files.delete(base);
            return "";
        } catch (IOException e) {
            return "root and the right to mount (" + e.getMessage() + ")";
        }
    }

    /** The error output of the process goes to {@code log}. */
    public static PowerLossMachine start(Path log) throws IOException {
        unmountAbandoned();
        return new PowerLossMachine(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PowerLossCommands.class.getName(),
                        Long.toString(ProcessHandle.current().pid()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    /**
     * Unmounts what a run left behind that was killed together with its server, recognized by the
     * number of its process.
     */
    private static void unmountAbandoned() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            String[] words = line.split(" ", -1);
            if (owner(words[0]).filter(pid -> ProcessHandle.of(pid).isEmpty()).isPresent()) {
                Libc.unmount(words[1]);
            }
        }
    }

    private static Optional<Long> owner(String source) {
        return source.matches(PowerLossCommands.SOURCE + "[0-9]{1,9}")
                ? Optional.of(Long.parseLong(source.substring(PowerLossCommands.SOURCE.length())))
                : Optional.empty();
    }

    /**
     * Mounts a file system of this size on the directory {@code target}; {@code backing} must not
     * exist, and is unlinked at once.
     */
    public void mount(Path target, Path backing, long bytes) throws IOException {
        Files.createDirectories(target);
        say("mount", target, backing, bytes);
    }

    /** Nobody may have anything open there: it gets errors. On return it is mounted again, with what survived. */
    public void cut(Path target, SurvivalPolicy survival, long seed) throws IOException {
        say("cut", target, survival.name().toLowerCase(Locale.ROOT), seed);
    }

    /** Fills it until this many bytes are left. */
    public void fillBut(Path target, long bytes) throws IOException {
        say("fill", target, bytes);
    }

    /** Frees what was filled. */
    public void free(Path target) throws IOException {
        say("free", target);
    }

    /** Sets whether every write and fsync fails. */
    public void fail(Path target, boolean failing) throws IOException {
        say("fail", target, failing);
    }

    /** Its content, in words. */
    public String show(Path target) throws IOException {
        return say("show", target);
    }

    private synchronized String say(Object... words) throws IOException {
        List<String> line = new ArrayList<>();
        for (Object word : words) {
            line.add(word.toString());
        }
        commands.write(String.join("\t", line));
        commands.newLine();
        commands.flush();
        String answer = answers.readLine();
        if (answer == null || !answer.startsWith(PowerLossCommands.OK)) {
            throw new IOException(String.join(" ", line) + ": " + answer);
        }
        return answer.substring(PowerLossCommands.OK.length()).strip();
    }

    /** Unmounts all. */
    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
