package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Profiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A user's command as a process, in a directory that holds its state. */
record ClientCommand(Path profile, Path directory) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Its output, both streams together. */
    record Ran(int code, String said) {}

    /** How this Java starts the program. */
    static List<String> program() {
        return TrivetProgram.withHeap("192m");
    }

    Ran run(String... words) throws IOException {
        List<String> command = new ArrayList<>(program());
        command.addAll(List.of(words));
        return run(command);
    }

    /** {@code command} whole, as with a tool before the program. */
    Ran run(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().put(Profiles.ENVIRONMENT, profile.toString());
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .as("%s", command)
                    .isTrue();
            return new Ran(process.exitValue(), said);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }
}
