package io.trivet.cli;

/** Where the program begins. */
public final class Main {
    private Main() {}

    /** Runs one command line and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(new Program(Console.ofProcess(), Remotes.live()).run(arguments));
    }
}
