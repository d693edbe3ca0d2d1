package io.trivet.cli;

import io.trivet.client.Profiles;
import java.util.Arrays;
import java.util.Objects;

/** Where the program begins. */
public final class Main {
    private static final int ROOM = 64;

    private Main() {}

    /** Runs one command line and ends the process with its code. */
    public static void main(String[] arguments) {
        Readying readying = Readying.of(arguments);
        System.setProperty("picocli.ansi", "false"); // or it seeks in every jar what would draw colours
        Console console = Console.ofProcess().hearing(arguments);
        Profiles profiles = Profiles.ofProcess(console.environment());
        Remotes remotes = Remotes.live(profiles, StateDirectory.of(console), readying);
        int code = Program.meantBy(console, remotes, arguments).run(arguments);
        if (code != Program.DONE || isHeld()) {
            System.exit(code);
        }
    }

    /** Whether another thread would keep the process from ending. Asked because to exit by word is slow: Java seeks a logger for it, in every jar. */
    private static boolean isHeld() {
        Thread[] threads = new Thread[ROOM];
        return Thread.enumerate(threads) == ROOM
                || Arrays.stream(threads)
                        .filter(Objects::nonNull)
                        .anyMatch(thread -> thread != Thread.currentThread() && !thread.isDaemon());
    }
}
