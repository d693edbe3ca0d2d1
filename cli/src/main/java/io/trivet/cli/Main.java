package io.trivet.cli;

import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.StateDirectory;
import io.trivet.cli.remote.TlsPreload;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.Utf8ArgumentCheck;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.Profiles;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** The entry point of the program. */
public final class Main {
    private static final int ROOM = 64;

    private Main() {}

    /** Runs one command line and ends the process with its code. */
    public static void main(String[] arguments) {
        TlsPreload tlsPreload = TlsPreload.of(Commands.connects(arguments));
        System.setProperty("picocli.ansi", "false"); // otherwise it searches every jar for a library that draws colours
        Console console = Console.ofProcess().hearing(arguments);
        Optional<Text> refusal = Utf8ArgumentCheck.refusal(console.environment(), arguments);
        if (refusal.isPresent()) {
            console.complain(refusal.get());
            System.exit(ExitCode.WRONG_USAGE);
        }
        Profiles profiles = Profiles.ofProcess(console.environment());
        Remotes remotes = Remotes.live(profiles, StateDirectory.of(console), tlsPreload);
        int code = Program.meantBy(console, remotes, arguments).run(arguments);
        if (code != ExitCode.DONE || isHeld()) {
            System.exit(code);
        }
    }

    /**
     * Whether another thread keeps the process from ending. Checked because an explicit exit is
     * slow: Java searches every jar for a logger.
     */
    private static boolean isHeld() {
        Thread[] threads = new Thread[ROOM];
        return Thread.enumerate(threads) == ROOM
                || Arrays.stream(threads)
                        .filter(Objects::nonNull)
                        .anyMatch(thread -> thread != Thread.currentThread() && !thread.isDaemon());
    }
}
