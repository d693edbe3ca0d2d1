package io.trivet.cli;

import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A command line that was run against a cluster in memory, and its result. */
public record CommandRun(int code, String out, String err) {
    public static CommandRun of(FakeClient client, Path directory, String... arguments) {
        return with(client, directory, "", Map.of(), arguments);
    }

    public static CommandRun with(
            FakeClient client, Path directory, String input, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new WatchedOutput(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                environment,
                directory);
        int code = Program.meantBy(console.hearing(arguments), (_, use) -> use.with(client.remote()), arguments)
                .run(arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
