package io.trivet.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that ends by itself. */
final class Tool {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Tool() {}

    static String run(String... command) throws IOException {
        return run(List.of(command), Map.of());
    }

    /**
     * Returns the output; throws {@link IOException} with it if the command fails or does not end
     * in time.
     */
    static String run(List<String> command, Map<String, String> environment) throws IOException {
        Path output = Files.createTempFile("trivet-bench", ".out");
        output.toFile().deleteOnExit(); // if the program is ended before that
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = await(process);
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(
                        String.join(" ", command) + (ended ? " failed: " : " did not end: ") + text.strip());
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    private static boolean await(Process process) {
        try {
            if (process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return true;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }
}
