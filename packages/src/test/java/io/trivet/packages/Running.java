package io.trivet.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A running command in an isolated environment: its home is the directory, and no variable of
 * Trivet is set.
 */
record Running(Process process, BufferedReader lines) implements Closeable {
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 32_000;
    private static final int TRIAL_PORTS = 3;

    static Running of(Path directory, List<String> command, Map<String, String> environment, Path input)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(input.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("TRIVET_") || name.startsWith("JAVA_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new Running(process, process.inputReader(StandardCharsets.UTF_8));
    }

    static Running of(Path directory, List<String> command, Map<String, String> environment) throws IOException {
        return of(directory, command, environment, Path.of("/dev/null"));
    }

    /** What somebody types. */
    static List<String> shell(String line) {
        return List.of("sh", "-c", line);
    }

    /** What a command says on both its outputs; it must succeed. */
    static String said(Path directory, List<String> command, Map<String, String> environment) throws Exception {
        try (Running running = of(directory, command, environment)) {
            String said = running.rest();
            assertThat(running.process.waitFor())
                    .as(String.join(" ", command) + "\n" + said)
                    .isZero();
            return said;
        }
    }

    /** Reads until a node serves; returns that line. */
    String awaitReady() throws IOException {
        return await("ready");
    }

    /** Reads until a line begins so, and returns it. */
    String await(String beginning) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new AssertionError("it ended before it said " + beginning + ":\n" + said);
    }

    /** What it says until it ends. */
    String rest() throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
        }
        return said.toString();
    }

    /**
     * Nobody listens here, nor at the two ports after it. Below those that the system gives to
     * connections that go out: one of these could be taken by anybody before it is used.
     */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (IntStream.range(port, port + TRIAL_PORTS).allMatch(Running::isFree)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** As a service is ended. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
