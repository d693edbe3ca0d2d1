package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher hands to Java. */
final class LauncherTest {
    @TempDir
    Path directory;

    /** Runs the launcher with these redirections, and a Java that says how it finds its streams. */
    private String streams(String redirections) throws IOException, InterruptedException {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Path found = directory.resolve("found");
        Files.writeString(java, """
                #!/bin/sh
                gap=
                for stream in 0 1 2; do [ -e /dev/fd/$stream ] || gap=" gap"; done
                cat >/dev/null 2>&1 && in=read || in=refused
                (echo x >&1) 2>/dev/null && out=written || out=refused
                (echo x >&2) && err=written || err=refused
                echo "$in $out $err$gap" >"$FOUND"
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder launcher = new ProcessBuilder(
                "sh", "-c", "(. src/main/sh/start.sh; start_trivet jars engines ls) " + redirections);
        launcher.environment().put("JAVA_HOME", directory.toString());
        launcher.environment().put("FOUND", found.toString());
        Process process = launcher.redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        process.waitFor();
        return Files.readString(found, StandardCharsets.UTF_8).strip();
    }

    /** Else Java's own files would be in their places: a save of standard input saved its library of classes. */
    @Test
    void aStreamThatIsClosedIsNoFileOfJava() throws IOException, InterruptedException {
        assertThat(streams("")).isEqualTo("read written written");
        assertThat(streams("<&-")).isEqualTo("refused written written");
        assertThat(streams(">&-")).isEqualTo("read refused written");
        assertThat(streams("<&- >&- 2>&-")).isEqualTo("refused refused refused");
    }
}
