package io.trivet.cli.mount;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.ProgramName;
import io.trivet.cli.text.Text;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts a mount in a process of its own, in a session of its own, so that it outlives the terminal.
 * Learns from its log whether it serves, never from the mount point: a launcher that opens files of a
 * mount that is coming up can hang both.
 */
record BackgroundMount(Console console, MountRecord record, List<String> arguments) {
    private static final String READY = "ready";
    private static final int LOOK_MS = 50;

    /** Returns when the mount can be used. Throws with what it said if it cannot. */
    int start() throws IOException, CommandFailure {
        File log = record.log().toFile();
        Files.write(record.log(), new byte[0]);
        List<String> words = new ArrayList<>(List.of("setsid", ProgramName.program()));
        words.addAll(arguments);
        Process process = new ProcessBuilder(words)
                .directory(console.directory().toAbsolutePath().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        while (true) {
            boolean alive = process.isAlive();
            String said = new String(Files.readAllBytes(record.log()), StandardCharsets.UTF_8).strip();
            Optional<String> ready =
                    said.lines().filter(line -> line.startsWith(READY)).findFirst(); // Java may say something before
            if (ready.isPresent()) {
                console.say(Text.plain(ready.get()));
                return ExitCode.DONE;
            }
            if (!alive) {
                throw new CommandFailure(Text.plain(said));
            }
            pause();
        }
    }

    private static void pause() throws CommandFailure {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        }
    }
}
