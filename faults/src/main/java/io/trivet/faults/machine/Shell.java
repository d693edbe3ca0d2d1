package io.trivet.faults.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs tools of the system. */
final class Shell {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<Path> PLACES =
            Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").map(Path::of).toList();

    private Shell() {}

    static boolean has(String tool) {
        return PLACES.stream().anyMatch(place -> Files.isExecutable(place.resolve(tool)));
    }

    /** Returns the output; throws {@link IOException} with it if the tool fails. */
    static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
            return said;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + String.join(" ", command));
        } finally {
            process.destroyForcibly();
        }
    }

    /** For cleanup, where one failure must not stop the rest. */
    static void attempt(String... command) {
        try {
            run(command);
        } catch (IOException e) {
            System.getLogger("faults").log(System.Logger.Level.WARNING, "left behind: " + e.getMessage());
        }
    }
}
