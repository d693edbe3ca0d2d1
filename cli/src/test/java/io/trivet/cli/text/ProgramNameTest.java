package io.trivet.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shared code of the launchers, which passes on how they were called; the program to be run is
 * replaced by one that prints its arguments.
 */
final class ProgramNameTest {
    @TempDir
    Path directory;

    private Path launcher(String name) throws IOException {
        Path java = Files.createDirectories(directory.resolve("java/bin")).resolve("java");
        Files.writeString(
                java, "#!/bin/sh\nfor word; do case $word in -Dtrivet.typed=*) echo \"${word#*=}\" ;; esac; done\n");
        Path launcher = directory.resolve(name);
        Files.createDirectories(launcher.getParent());
        Files.writeString(
                launcher,
                "#!/bin/sh\n. " + Path.of("src/main/sh/start.sh").toAbsolutePath()
                        + "\nstart_trivet jars engines \"$@\"\n");
        assertThat(java.toFile().setExecutable(true) && launcher.toFile().setExecutable(true))
                .isTrue();
        return launcher;
    }

    private String typed(String line, Map<String, String> environment) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line).directory(directory.toFile());
        shell.environment().put("JAVA_HOME", directory.resolve("java").toString());
        shell.environment().putAll(environment);
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said.strip();
    }

    @Test
    void whoCallsItByItsPathIsToldThatPath() throws Exception {
        launcher("trivet");
        launcher("it is/here/trivet");
        assertThat(typed("./trivet demo", Map.of())).isEqualTo("./trivet");
        assertThat(typed("'it is/here/trivet' demo", Map.of())).isEqualTo("it is/here/trivet");
        assertThat(typed("sh trivet demo", Map.of())).isEqualTo("./trivet");
    }

    @Test
    void whoFindsItByThePathIsToldItsName() throws Exception {
        Path there = launcher("bin/trivet").getParent();
        assertThat(typed("trivet demo", Map.of("PATH", there + ":" + System.getenv("PATH"))))
                .isEqualTo("trivet");
    }

    @Test
    void whatIsToldCanBePasted() {
        assertThat(ProgramName.forShell("../a/trivet")).isEqualTo("../a/trivet");
        assertThat(ProgramName.forShell("/数据/trivet")).isEqualTo("/数据/trivet");
        assertThat(ProgramName.forShell("it's/trivet")).isEqualTo("'it'\\''s/trivet'");
        assertThat(ProgramName.forShell("$(x)/trivet")).isEqualTo("'$(x)/trivet'");
        assertThat(ProgramName.command()).isEqualTo("trivet");
    }
}
