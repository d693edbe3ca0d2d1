package io.trivet.cli;

/** Where the program begins. */
public final class Main {
    private Main() {}

    /** Runs one command line and exits with its code. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        System.exit(new Program(console, Remotes.live(StateDirectory.of(console))).run(arguments));
    }
}
