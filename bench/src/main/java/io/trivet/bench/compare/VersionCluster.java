package io.trivet.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Three nodes and a client of one versionCluster, as processes. */
final class VersionCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final String MAIN = "io.trivet.cli.Main";
    private static final Pattern TOKEN = Pattern.compile("trivet2\\.\\S+");

    private final String classPath;
    private final Path folder;
    private final int port;
    private final List<Process> processes = new ArrayList<>();
    private final Process client;

    /** @param own the class path of {@link VersionClient}, after the versionCluster's own classes */
    VersionCluster(String classPath, String own, Path folder, int port, boolean plaintext) throws IOException {
        this.classPath = classPath;
        this.folder = Files.createDirectories(folder);
        this.port = port;
        node(0, plaintext ? List.of("--init", "--plaintext") : List.of("--init"));
        for (int number = 1; number < NODES; number++) {
            node(number, List.of("--join", token()));
        }
        client = started(command(classPath + ":" + own, VersionClient.class.getName(), profile()), "client");
    }

    private String profile() {
        return folder.resolve("profile").toString();
    }

    private List<String> command(String path, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                path));
        command.addAll(List.of(words));
        return command;
    }

    private Process started(List<String> command, String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve(name + ".log").toFile());
        builder.environment().put("TRIVET_CONFIG", profile());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private void node(int number, List<String> birth) throws IOException {
        String address = "127.0.0.1:" + (port + number);
        List<String> command = command(
                classPath,
                MAIN,
                "node",
                "--data",
                folder.resolve("data" + number).toString(),
                "--listen",
                address);
        command.addAll(birth);
        BufferedReader said = started(command, "n" + number).inputReader(StandardCharsets.UTF_8);
        String line = "";
        while (!line.startsWith("ready")) {
            line = Objects.requireNonNull(said.readLine(), "n" + number + " ended: see " + folder);
        }
    }

    /** The join token that a command prints. */
    private String token() throws IOException {
        Process process = started(command(classPath, MAIN, "token"), "token");
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher token = TOKEN.matcher(said);
        if (!token.find()) {
            throw new IOException("no token: " + said);
        }
        return token.group();
    }

    /** The cost of one transfer. */
    record Took(double seconds, double cpu) {}

    Took transfer(String request) throws IOException {
        Duration before = cpu();
        client.outputWriter(StandardCharsets.UTF_8).append(request).append('\n').flush();
        String answer = Objects.requireNonNull(
                client.inputReader(StandardCharsets.UTF_8).readLine(), "the client ended: see " + folder);
        return new Took(Long.parseLong(answer) / 1e9, cpu().minus(before).toMillis() / 1e3);
    }

    private Duration cpu() {
        return processes.stream()
                .flatMap(process -> process.toHandle().info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
    }
}
