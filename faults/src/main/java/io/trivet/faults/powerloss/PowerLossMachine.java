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
 * The process that serves the file systems, seen from the one that wants them. An {@link
 * IOException} where it says that it could not. One thread at a time.
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

    /** What this machine lacks, in words; empty if nothing. */
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

    /** What the process complains of goes to {@code log}. */
    public static PowerLossMachine start(Path log) throws IOException {
        unmountAbandoned();
        return new PowerLossMachine(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PowerLossServer.class.getName(),
                        Long.toString(ProcessHandle.current().pid()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    /** A run that was killed with its server could not unmount: its number tells that it is gone. */
    private static void unmountAbandoned() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            String[] words = line.split(" ", -1);
            if (owner(words[0]).filter(pid -> ProcessHandle.of(pid).isEmpty()).isPresent()) {
                Libc.unmount(words[1]);
            }
        }
    }

    private static Optional<Long> owner(String source) {
        return source.matches(PowerLossServer.SOURCE + "[0-9]{1,9}")
                ? Optional.of(Long.parseLong(source.substring(PowerLossServer.SOURCE.length())))
                : Optional.empty();
    }

    /**
     * A file system of so many bytes over the directory {@code target}; {@code backing} must not
     * exist, and names a file for a moment only.
     */
    public void mount(Path target, Path backing, long bytes) throws IOException {
        Files.createDirectories(target);
        say("mount", target, backing, bytes);
    }

    /** Nobody may have anything open there: it gets errors. On return it is mounted again, with what survived. */
    public void cut(Path target, SurvivalPolicy survival, long seed) throws IOException {
        say("cut", target, survival.name().toLowerCase(Locale.ROOT), seed);
    }

    /** As if others filled it, until so many bytes are left. */
    public void fillBut(Path target, long bytes) throws IOException {
        say("fill", target, bytes);
    }

    /** What the others had filled is free again. */
    public void free(Path target) throws IOException {
        say("free", target);
    }

    /** Whether every write and fsync fails. */
    public void fail(Path target, boolean failing) throws IOException {
        say("fail", target, failing);
    }

    /** What is on it, in words. */
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
        if (answer == null || !answer.startsWith(PowerLossServer.OK)) {
            throw new IOException(String.join(" ", line) + ": " + answer);
        }
        return answer.substring(PowerLossServer.OK.length()).strip();
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
