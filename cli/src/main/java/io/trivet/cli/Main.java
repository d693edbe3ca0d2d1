package io.trivet.cli;

import io.trivet.client.Profiles;

/** Where the program begins. */
public final class Main {
    private Main() {}

    /** Runs one command line and exits with its code. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess().hearing(arguments);
        Profiles profiles = Profiles.ofProcess(console.environment());
        Remotes remotes = Remotes.live(profiles, StateDirectory.of(console));
        System.exit(Program.meantBy(console, remotes, arguments).run(arguments));
    }
}
