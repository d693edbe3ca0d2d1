package io.trivet.cli;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.TlsPreload;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One real node in this process, and commands that are run against it as by {@link Main}. */
final class LiveCluster implements AutoCloseable {
    private final TrivetNode node;
    private final Path profile;

    private LiveCluster(TrivetNode node, Path profile) {
        this.node = node;
        this.profile = profile;
    }

    /** {@code base} is an empty directory. */
    static LiveCluster start(Path base) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        TrivetNode node = TrivetNode.start(new NodeOptions(
                base.resolve("node"),
                List.of(),
                Optional.of(new Address("127.0.0.1", port)),
                new NodeOptions.Start.Init(1, new ChunkSize(1 << 20), true, Duration.ZERO),
                MaintenanceSettings.USUAL));
        if (!node.awaitReady(Duration.ofSeconds(30))) {
            throw new IOException("the node is not ready");
        }
        Profile administrator =
                node.profile().as(node.administrator().orElseThrow().account());
        Path profile = base.resolve("profile");
        administrator.write(profile);
        return new LiveCluster(node, profile);
    }

    Path profile() {
        return profile;
    }

    CommandRun run(Path directory, InputStream input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandRun run = run(directory, input, out, arguments);
        return new CommandRun(run.code(), out.toString(StandardCharsets.UTF_8), run.err());
    }

    CommandRun run(Path directory, InputStream input, Map<String, String> environment, String... arguments) {
        return run(directory, input, OutputStream.nullOutputStream(), environment, arguments);
    }

    CommandRun run(Path directory, InputStream input, OutputStream out, String... arguments) {
        return run(directory, input, out, Map.of(Profiles.ENVIRONMENT, profile.toString()), arguments);
    }

    private CommandRun run(
            Path directory, InputStream input, OutputStream out, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                input,
                new WatchedOutput(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                environment,
                directory);
        Remotes remotes = Remotes.live(Profiles.ofProcess(environment), Optional.empty(), TlsPreload.of(false));
        int code = Program.meantBy(console, remotes, arguments).run(arguments);
        return new CommandRun(code, "", err.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        node.close();
    }
}
