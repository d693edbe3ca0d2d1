package io.trivet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trivet.wire.credentials.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person's round through the console in a real browser: {@code src/test/web/browser.mjs} says what
 * is done. Skipped where there is no browser or nothing to drive it with: on Debian {@code apt
 * install chromium nodejs npm} brings both, and npm the rest.
 */
class WebBrowserTest {
    private static final Path SCRIPTS = Path.of("src/test/web");
    private static final Path MODULES = Path.of("target/web");
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);
    private static final Duration LIMIT = Duration.ofMinutes(8);

    /** One for the round, one for each size and scheme. */
    private static final int LINKS = 7;

    @TempDir
    Path directory;

    @Test
    void aPersonsRound() throws Exception {
        Optional<Path> browser = installed("chromium").or(() -> installed("chromium-browser"));
        assumeTrue(browser.isPresent(), "chromium is not installed");
        assumeTrue(installed("node").isPresent() && installed("npm").isPresent(), "node and npm are not installed");
        assumeTrue(modules(), "npm cannot install playwright-core and axe-core: see target/web/npm.log");
        Path cluster = Files.createDirectory(directory.resolve("cluster"));
        try (TestPages pages = TestPages.start(cluster)) {
            pages.client.users().add("reader", Secret.random());
            String links = IntStream.range(0, LINKS)
                    .mapToObj(_ -> pages.pages.loginLink())
                    .collect(Collectors.joining(" "));
            Path work = Files.createDirectory(directory.resolve("work"));
            String said = run(
                    List.of(
                            "node",
                            SCRIPTS.resolve("browser.mjs").toAbsolutePath().toString()),
                    work,
                    Map.of(
                            "MODULES", MODULES.toAbsolutePath().toString(),
                            "BROWSER", browser.get().toString(),
                            "LINKS", links,
                            "WORK", work.toString()),
                    LIMIT);
            assertThat(said.lines().filter(line -> line.startsWith("ok "))).hasSize(22);
            assertThat(said).contains("ok the browser complained of nothing");
        }
    }

    private static Optional<Path> installed(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(path -> Path.of(path, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Installs what is missing; whether all is there. */
    private static boolean modules() throws IOException, InterruptedException {
        Files.createDirectories(MODULES);
        Path list = MODULES.resolve("package.json");
        String wanted = Files.readString(SCRIPTS.resolve("package.json"));
        if (Files.isDirectory(MODULES.resolve("node_modules/playwright-core"))
                && Files.isDirectory(MODULES.resolve("node_modules/axe-core"))
                && Files.exists(list)
                && Files.readString(list).equals(wanted)) {
            return true;
        }
        Files.copy(SCRIPTS.resolve("package.json"), list, StandardCopyOption.REPLACE_EXISTING);
        Process npm = new ProcessBuilder(
                        "npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(MODULES.toFile())
                .redirectErrorStream(true)
                .redirectOutput(MODULES.resolve("npm.log").toFile())
                .start();
        boolean ended = npm.waitFor(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            npm.destroyForcibly();
        }
        return ended && npm.exitValue() == 0;
    }

    /** What it prints; it must end well. */
    private static String run(List<String> command, Path work, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        Path output = work.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return said;
    }
}
